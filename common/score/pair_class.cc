#include "common/score/pair_class.h"

#include <algorithm>

namespace blindlink {
namespace {

constexpr ClassStart kStart[] = {
    {.first = 1, .unseen = 0.5},       // match
    {.first = 0.1, .unseen = 0.05},    // match apart
    {.first = 0.02, .unseen = 0.1},    // kin
    {.first = 0.005, .unseen = 0.05},  // kin apart
    // Where little but a date tells twins from one person, nothing else says that there are any.
    {.first = 0.01, .unseen = 0.01, .among_kin = 0.01, .among_matches = 0.003},  // twins
    {.first = 0.003, .unseen = 0.003, .among_kin = 0.003},                       // twins apart
    {.first = 0.005, .unseen = 0.01, .among_kin = 0.03},                         // namesakes
    {.first = 0.002, .unseen = 0.003, .among_kin = 0.01},                        // namesakes apart
    {.first = 0.5, .unseen = 0.5},                                               // duplicate
    {.first = 0.05, .unseen = 0.05},                                             // duplicate apart
    {.first = 0.1, .unseen = 0.1},                                               // neighbours
    {.first = 0.02, .unseen = 0.1},                                              // house
    {.first = 0.1, .unseen = 0.1},                                               // area
    {.first = 1, .unseen = 0.1},                                                 // local name
    {.first = 1, .unseen = 0.1},                                                 // origin
    {.first = 0, .unseen = 0},                                                   // chance
};
static_assert(std::size(kStart) == kPairClasses);

constexpr const char* kNames[] = {"one person",
                                  "one person who moved",
                                  "kin",
                                  "kin of two addresses",
                                  "twins",
                                  "twins of two addresses",
                                  "namesakes of one family",
                                  "namesakes of one family, of two addresses",
                                  "duplicate",
                                  "duplicate of two addresses",
                                  "neighbours",
                                  "one house",
                                  "one area",
                                  "one name and area",
                                  "one name",
                                  "strangers"};
static_assert(std::size(kNames) == kPairClasses);

// Of kin, how many go by one number; with a strong pull towards it where it is learned within
// sites.
constexpr double kUsualKinNumber = 0.01;
// The usual levels of one person, of two of one household, and of two with one name.
constexpr double kUsualMatchExact = 0.9;
constexpr double kUsualMatchDiffers = 0.04;
constexpr double kUsualKinExact = 0.8;
constexpr double kUsualKinDiffers = 0.15;
constexpr double kUsualOriginExact = 0.97;
constexpr double kUsualOriginDiffers = 0.01;
constexpr double kUsualPlaceAgrees = 0.9;
// Of what tells namesakes apart.
constexpr double kUsualNamesakesExact = 0.6;

// `exact` on the best level, `differs` on the worst, the rest spread over those between.
LevelRates Spread(size_t levels, double exact, double differs) {
  if (levels == 3) return {0, 1 - exact, exact};
  LevelRates out(levels, (1 - exact - differs) / static_cast<double>(levels - 3));
  out[0] = 0;
  out[1] = differs;
  out[levels - 1] = exact;
  return out;
}

// Nothing is known of it.
LevelRates Even(size_t levels) {
  LevelRates out(levels, 1 / static_cast<double>(levels - 1));
  out[0] = 0;
  return out;
}

LevelRates UsualMatch(const ScoredField& field) {
  if (!field.usual_match.empty()) return field.usual_match;
  const size_t levels = field.levels.size();
  if (field.is_rarity) return Even(levels);
  // Between what it must be at least and certainty, where that is more.
  const double exact = std::max(kUsualMatchExact, (1 + field.least_agreement) / 2);
  return Spread(levels, exact, std::min(kUsualMatchDiffers, 1 - exact));
}

LevelRates UsualKin(const ScoredField& field) {
  if (!field.usual_match.empty()) return field.usual_match;  // what a household shares is as usual
  if (field.shared_by_number > 0) {
    return Spread(field.levels.size(), kUsualKinNumber, 1 - 2 * kUsualKinNumber);
  }
  return Spread(field.levels.size(), kUsualKinExact, kUsualKinDiffers);
}

// The usual street of neighbours: the same, another number.
LevelRates UsualNeighbours(const ScoredField& field) {
  LevelRates rates = Even(field.levels.size());
  for (double& rate : rates) rate *= 0.3;
  rates[field.agrees_from] += 0.7;
  return rates;
}

// Of a place that two share: how closely depends on what the sites know of it.
LevelRates UsualPlace(const ScoredField& field) {
  const size_t levels = field.levels.size();
  const auto agreeing = static_cast<double>(levels - field.agrees_from);
  const auto others = static_cast<double>(field.agrees_from - 1);
  LevelRates rates(levels, (1 - kUsualPlaceAgrees) / others);
  std::fill(rates.begin() + static_cast<std::ptrdiff_t>(field.agrees_from), rates.end(),
            kUsualPlaceAgrees / agreeing);
  rates[0] = 0;
  return rates;
}

}  // namespace

const char* NameOf(PairClass which) { return kNames[which]; }

bool IsAddress(const ScoredField& field) {
  return IsPlace(field.comparison) || field.comparison == Comparison::kStreetAddress;
}

bool Names(PairClass which, const ScoredField& field) {
  if (field.is_rarity)
    return Together(which) == kNamesakes || Together(which) == kMatch ||
           Together(which) == kDuplicate;
  if (IsApart(which) && IsAddress(field)) return false;
  switch (Together(which)) {
    case kMatch:
    case kDuplicate:
      return true;
    case kKin:
      return field.household || field.shared_by_number > 0;
    case kTwins:
    case kNamesakes:
      if (which >= kNamesakes && field.tells_namesakes) return true;
      return Names(kKin, field) && SharedBy(which, field) == 0;
    case kNeighbours:
    case kHouse:
      return IsAddress(field);
    case kArea:
      return IsPlace(field.comparison);
    case kLocalName:
      return IsPlace(field.comparison) || field.comparison == Comparison::kSurname;
    case kOrigin:
      return field.goes_with_name;
    default:
      return false;
  }
}

double SharedBy(PairClass which, const ScoredField& field) {
  if (Together(which) == kTwins) return field.shared_by_twins;
  if (Together(which) == kNamesakes) return field.shared_by_namesakes;
  return 0;
}

const ClassStart& StartOf(PairClass which) { return kStart[which]; }

LevelRates UsualRates(PairClass which, const ScoredField& field, const LevelRates& chance) {
  const PairClass together = Together(which);
  if (together == kMatch || together == kDuplicate) return UsualMatch(field);
  if (field.is_rarity) return chance;
  if (together == kNamesakes && field.tells_namesakes) {
    return Spread(field.levels.size(), kUsualNamesakesExact, 1 - kUsualNamesakesExact);
  }
  const bool street = field.comparison == Comparison::kStreetAddress;
  if (which == kNeighbours && street) return UsualNeighbours(field);
  const bool by_place = which == kArea || which == kLocalName;
  if (by_place && IsPlace(field.comparison)) return UsualPlace(field);
  if (which == kOrigin) return Spread(field.levels.size(), kUsualOriginExact, kUsualOriginDiffers);
  return UsualKin(field);
}

}  // namespace blindlink
