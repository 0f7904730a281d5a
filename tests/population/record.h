#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "tests/population/error_kinds.h"
#include "tests/population/person.h"

namespace blindlink::population {

// One record of a person, errors and all. Empty where a field is missing.
struct Record {
  uint64_t person = 0;
  std::string first, middle, last, suffix;
  std::string birth_last;
  bool has_birth = false;
  Date birth{};
  Sex sex = Sex::kMale;
  std::string street;  // "120 N Bushy Tail Rd", "PO Box 12"
  std::string unit;    // "Apt 3B"
  std::string city;
  absl::string_view state;
  std::string zip;
  std::string ssn;    // nine digits
  std::string phone;  // ten digits
  std::string email;
  std::vector<ErrorKind> errors;
};

}  // namespace blindlink::population
