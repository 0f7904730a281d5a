#pragma once

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "tests/population/street_book.h"
#include "tests/population/town_book.h"

namespace blindlink::population {

enum class AddressKind { kStreet, kPostBox, kRuralRoute };

// An address in parts, so that each record can write it differently.
struct Address {
  AddressKind kind = AddressKind::kStreet;
  int number = 0;  // house, post box, or box at a rural route
  int route = 0;   // of a rural route
  Street street;
  absl::string_view unit_word;  // "Apt", or empty
  std::string unit;             // "3B", or empty
  const Town* town = nullptr;
  int zip = 0;
};

// Where households live and used to live.
class HomeBook {
 public:
  explicit HomeBook(uint64_t seed) : seed_(seed), towns_(seed), streets_(seed) {}

  // `before` 0: the present home; 1, 2, ...: earlier ones. A pure function of its arguments. Most
  // moves are within one town.
  Address HomeOf(uint64_t household, int before) const;

 private:
  void FillStreet(Draw& draw, Address& address) const;

  const uint64_t seed_;
  const TownBook towns_;
  const StreetBook streets_;
};

}  // namespace blindlink::population
