#pragma once

#include <cstdint>
#include <vector>

#include "tests/population/person.h"

namespace blindlink::population {

// Who lives together: single people, couples, parents with children (among them twins, and sons
// with their father's full name), three generations, roommates.
//
// People are numbered consecutively. Sixteen consecutive people make up a few whole households, so
// that any person's household follows from the person's number alone: a pure function of (seed,
// person number). The class caches the household it made last, so consecutive numbers are cheap.
// Not thread-safe.
class HouseholdBook {
 public:
  static constexpr uint64_t kBlock = 16;

  HouseholdBook(uint64_t seed, const NameBook& names) : seed_(seed), names_(names) {}

  // Valid until the next call. The household's number is that of its first person.
  const std::vector<Person>& HouseholdOf(uint64_t person);
  const Person& PersonOf(uint64_t person);

 private:
  // Members first .. first + size - 1.
  void Make(uint64_t first, int size);

  const uint64_t seed_;
  const NameBook& names_;
  std::vector<Person> members_;
};

}  // namespace blindlink::population
