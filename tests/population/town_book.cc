#include "tests/population/town_book.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace blindlink::population {
namespace {

constexpr int kTownsPerMillion = 18;
constexpr absl::string_view kStarts[] = {
    "Spring", "Green",  "Clear", "Oak",   "River", "Lake",  "Fair",   "Glen",  "Brook", "Maple",
    "Ash",    "Wood",   "Stone", "Cedar", "Elm",   "Rock",  "Sand",   "West",  "North", "East",
    "Silver", "Bridge", "Mill",  "High",  "Long",  "Black", "White",  "Pine",  "Eagle", "Deer",
    "Buck",   "Harris", "Jack",  "John",  "Madi",  "Wil",   "Thomas", "Frank", "Carl",  "Hunt"};
constexpr absl::string_view kEnds[] = {"field", "ville", "ton",   "wood", "dale", "view",
                                       "ford",  "port",  "burg",  "land", "side", "mont",
                                       "ridge", "water", "haven", "boro"};
constexpr absl::string_view kFronts[] = {"New ",   "Mount ", "Fort ", "Saint ", "San ",  "Santa ",
                                         "North ", "South ", "West ", "East ",  "Lake ", "Port "};
constexpr absl::string_view kBacks[] = {" City", " Falls", " Springs", " Heights",  " Beach",
                                        " Park", " Grove", " Hills",   " Junction", " Valley"};
constexpr absl::string_view kSaints[] = {"Carlos", "Marcos", "Paul", "Louis", "Charles", "Clara",
                                         "Rosa",   "George", "Mary", "Pedro", "Luis",    "Ana"};

std::string TownName(Draw& draw) {
  const uint64_t kind = draw.Below(10);
  if (kind == 0) return absl::StrCat(draw.OneOf(kFronts), draw.OneOf(kSaints));
  std::string name = absl::StrCat(draw.OneOf(kStarts), draw.OneOf(kEnds));
  if (kind <= 2) return absl::StrCat(draw.OneOf(kFronts), name);
  if (kind <= 4) return absl::StrCat(name, draw.OneOf(kBacks));
  return name;
}

// The towns of one state share its ZIP codes by size.
void AddTowns(const StateFacts& state, Draw& draw, std::vector<Town>& towns,
              std::vector<double>& weights) {
  const int count = std::max(4, static_cast<int>(state.millions * kTownsPerMillion));
  const int all_zips = (state.last_prefix - state.first_prefix + 1) * 99;
  const int spare = all_zips - count;
  const std::vector<double> sizes = ZipfWeights(count, 3);
  double sum = 0;
  for (const double size : sizes) sum += size;
  int next_zip = 1;
  for (const double size : sizes) {
    const int zips = 1 + static_cast<int>(std::min(spare, 8 * count) * size / sum);
    const int first = (state.first_prefix + next_zip / 100) * 100 + next_zip % 100;
    towns.push_back({TownName(draw), &state, first, zips});
    weights.push_back(state.millions * size / sum);
    next_zip += zips;
  }
}

std::vector<double> MakeTowns(uint64_t seed, std::vector<Town>& towns) {
  std::vector<double> weights;
  uint64_t number = 0;
  for (const StateFacts& state : AllStates()) {
    Draw draw(seed, Purpose::kTowns, number++);
    AddTowns(state, draw, towns, weights);
  }
  return weights;
}

}  // namespace

TownBook::TownBook(uint64_t seed) : choice_(MakeTowns(seed, towns_)) {}

}  // namespace blindlink::population
