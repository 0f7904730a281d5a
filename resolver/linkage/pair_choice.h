#pragma once

#include <cstdint>
#include <vector>

namespace blindlink::resolver {

// A pair that would be a match pair, in a run with sites that state that they hold one record per
// person.
struct RankedPair {
  double score;
  uint32_t left;
  uint32_t right;
  uint16_t left_site;
  uint16_t right_site;
  uint64_t number;  // the caller's
};

// The pairs that remain if sites hold one record per person: each record of another site keeps only
// its best partner there. Greedy, highest score first, ties by left and right. If both sites state
// it, the pairs are one-to-one; if one does, one-to-many; if neither does, all remain.
//
// Each statement is checked against the data: if more than kDisbelieved of the records that have a
// high-scored partner at the site have a second one there, the site's statement is ignored.
struct PairChoice {
  static constexpr double kHighScore = 0.95;
  static constexpr double kDisbelieved = 0.05;

  std::vector<bool> refused;  // by number
  uint64_t refused_pairs = 0;
  std::vector<uint16_t> disbelieved;  // sites, in order
  std::vector<uint64_t>
      second_high_scored;  // by site: records elsewhere with two such partners there
};

// `one_per_person` is by site; `numbers` is greater than every pair's number. Memory: the pairs,
// and about 16 bytes for each pair that remains.
PairChoice ChoosePairs(std::vector<RankedPair> pairs, std::vector<bool> one_per_person,
                       uint64_t numbers);

}  // namespace blindlink::resolver
