#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "absl/strings/string_view.h"
#include "tests/population/draw.h"
#include "tests/population/name_lists.h"
#include "tests/population/weighted_choice.h"

namespace blindlink::population {

enum class Sex { kMale, kFemale };
enum class Origin { kGeneral, kHispanic, kChinese, kVietnamese, kJapanese, kIndian };
inline constexpr int kOrigins = 6;

// Names with their frequencies. Read-only after construction: one book serves all threads.
class NameBook {
 public:
  NameBook();

  // Roughly the shares of the origins in the United States.
  Origin PickOrigin(Draw& draw) const;
  const std::string& PickGiven(Draw& draw, Sex sex, Origin origin, int birth_year) const;
  // One surname without its second part: "García", "De La Cruz", "O'Brien".
  const std::string& PickSurname(Draw& draw, Origin origin) const;
  // Nicknames of people with this formal name; empty if there are none.
  const std::vector<std::string>& NicknamesOf(absl::string_view given) const;

 private:
  struct Weighted {
    Weighted(std::vector<std::string> names, double offset);
    const std::string& Pick(Draw& draw) const { return names[choice.Pick(draw)]; }
    std::vector<std::string> names;
    WeightedChoice choice;
  };
  // Given names typical of the United States, by era.
  std::vector<Weighted> men_, women_;
  Weighted rare_men_, rare_women_;
  // By origin; the first is empty.
  std::vector<Weighted> origin_men_, origin_women_;
  std::vector<Weighted> surnames_;
  Weighted particles_;
  WeightedChoice origins_;
  std::unordered_map<std::string, std::vector<std::string>> nicknames_;
};

}  // namespace blindlink::population
