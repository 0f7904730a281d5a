#pragma once

#include <cstdint>
#include <string>

#include "tests/population/permutation.h"
#include "tests/population/person.h"

namespace blindlink::population {

// Numbers and addresses by which people are reached and known. Pure functions of the seed.
class ContactBook {
 public:
  explicit ContactBook(uint64_t seed);

  // Nine digits that the Social Security Administration may have issued: no area 000, 666 or 900
  // and above, no group 00, no serial 0000. Different for each person below 125 million.
  std::string SsnOf(const Person& person) const;
  // Ten digits. `before` 0 the present one. Family members share a line at home, as they do.
  std::string PhoneOf(const Person& person, int before) const;
  std::string EmailOf(const Person& person, int before) const;

 private:
  const uint64_t seed_;
  const Permutation before_2011_;
  const Permutation since_2011_;
};

}  // namespace blindlink::population
