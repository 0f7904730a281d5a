#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "tests/population/draw.h"
#include "tests/population/weighted_choice.h"

namespace blindlink::population {

struct WordPair {
  absl::string_view brief;
  absl::string_view full;
};

// Streets as cities have them: "N Bushy Tail Rd", "38th St", "Ninth Ave NE".
struct Street {
  absl::string_view before;  // directional, brief, or empty
  absl::string_view name;
  const WordPair* suffix;
  absl::string_view after;  // directional, brief, or empty
};

// Every ZIP code has some dozen streets, each a pure function of the seed, the ZIP code and its
// number. A street keeps its suffix and directional.
class StreetBook {
 public:
  explicit StreetBook(uint64_t seed);

  Street StreetOf(int zip, uint64_t number) const;
  static int StreetsIn(int zip) { return 40 + zip % 60; }

 private:
  const uint64_t seed_;
  std::vector<std::string> names_;
  WeightedChoice choice_;
  WeightedChoice suffixes_;
};

absl::Span<const WordPair> StreetSuffixes();
absl::Span<const WordPair> Directionals();
// "Ninth" for "9th" and vice versa; empty if `name` is not a small ordinal.
absl::string_view OtherOrdinal(absl::string_view name);

}  // namespace blindlink::population
