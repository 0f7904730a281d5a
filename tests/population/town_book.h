#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/population/draw.h"
#include "tests/population/state_facts.h"
#include "tests/population/weighted_choice.h"

namespace blindlink::population {

struct Town {
  std::string name;
  const StateFacts* state;
  // Its ZIP codes are first_zip .. first_zip + zips - 1.
  int first_zip;
  int zips;
};

// Some thousand invented towns: each with a name, a state and ZIP codes of that state that no other
// town has. Large towns have many ZIP codes. A pure function of the seed.
class TownBook {
 public:
  explicit TownBook(uint64_t seed);

  // A random town; large towns are drawn more often.
  const Town& Pick(Draw& draw) const { return towns_[choice_.Pick(draw)]; }
  const std::vector<Town>& towns() const { return towns_; }

 private:
  std::vector<Town> towns_;
  WeightedChoice choice_;
};

}  // namespace blindlink::population
