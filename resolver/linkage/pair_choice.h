#pragma once

#include <cstdint>
#include <vector>

namespace blindlink::resolver {

// A pair that would be a match pair, from a run whose sites said that they hold one record per
// person.
struct RankedPair {
  double score;
  uint32_t left;
  uint32_t right;
  uint16_t left_site;
  uint16_t right_site;
  uint64_t number;  // the caller's
};

// Which pairs stand where sites hold one record per person: no record of another site keeps more
// than one partner there, the best. Greedy, highest score first, ties by left and right; where both
// sites say so the pairs are one-to-one, where one does one-to-many, where none does all stand.
//
// A statement is checked by what it meets: if more than kDisbelieved of the records that have a
// high-scored partner at the site have a second one, the site's records are not one per person, and
// its statement counts for nothing.
struct PairChoice {
  static constexpr double kHighScore = 0.95;
  static constexpr double kDisbelieved = 0.05;

  std::vector<bool> refused;  // by number
  uint64_t refused_pairs = 0;
  std::vector<uint16_t> disbelieved;  // sites, in order
  std::vector<uint64_t>
      second_high_scored;  // by site: records elsewhere with two such partners there
};

// `one_per_person` by site; `numbers` is more than each pair's number. Memory: the pairs, and some
// 16 bytes for each that stands.
PairChoice ChoosePairs(std::vector<RankedPair> pairs, std::vector<bool> one_per_person,
                       uint64_t numbers);

}  // namespace blindlink::resolver
