#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "tests/population/name_book.h"

namespace blindlink::population {

using Date = std::chrono::year_month_day;

inline int YearOf(Date date) { return static_cast<int>(date.year()); }

// One invented person as they really are, without any error of a record.
struct Person {
  uint64_t number = 0;
  uint64_t household = 0;
  Sex sex = Sex::kMale;
  Origin origin = Origin::kGeneral;
  std::string first;
  std::string middle;  // may be empty
  std::string last;
  // The last name before marriage, if marriage changed it.
  std::string birth_last;
  absl::string_view suffix;  // "Jr", "Sr", "III", or empty
  Date birth{};
  bool twin = false;
  bool in_family = true;  // moves with the household; lodgers do not
};

}  // namespace blindlink::population
