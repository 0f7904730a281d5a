#include "resolver/linkage/pair_choice.h"

#include <algorithm>
#include <tuple>

#include "absl/container/flat_hash_set.h"

namespace blindlink::resolver {
namespace {

// A record and a site at which it has a partner.
using Partner = uint64_t;
Partner PartnerOf(uint32_t record, uint16_t site) { return Partner{site} << 32 | record; }

bool IsBefore(const RankedPair& a, const RankedPair& b) {
  return std::tie(b.score, a.left, a.right) < std::tie(a.score, b.left, b.right);
}

// Marks the sites where too many records of other sites have two high-scored partners.
void CheckStatements(const std::vector<RankedPair>& pairs, std::vector<bool>* one_per_person,
                     PairChoice* choice) {
  absl::flat_hash_set<Partner> first;
  absl::flat_hash_set<Partner> second;
  std::vector<uint64_t> with_partner(one_per_person->size());
  for (const RankedPair& pair : pairs) {
    if (pair.score < PairChoice::kHighScore) break;
    const auto count = [&](uint32_t record, uint16_t site) {
      if (!(*one_per_person)[site]) return;
      if (first.insert(PartnerOf(record, site)).second) {
        ++with_partner[site];
      } else if (second.insert(PartnerOf(record, site)).second) {
        ++choice->second_high_scored[site];
      }
    };
    count(pair.left, pair.right_site);
    count(pair.right, pair.left_site);
  }
  for (size_t site = 0; site < one_per_person->size(); ++site) {
    if (static_cast<double>(choice->second_high_scored[site]) >
        PairChoice::kDisbelieved * static_cast<double>(with_partner[site])) {
      choice->disbelieved.push_back(static_cast<uint16_t>(site));
      (*one_per_person)[site] = false;
    }
  }
}

}  // namespace

PairChoice ChoosePairs(std::vector<RankedPair> pairs, std::vector<bool> one_per_person,
                       uint64_t numbers) {
  std::sort(pairs.begin(), pairs.end(), IsBefore);
  PairChoice choice;
  choice.refused.resize(numbers);
  choice.second_high_scored.resize(one_per_person.size());
  CheckStatements(pairs, &one_per_person, &choice);
  absl::flat_hash_set<Partner> taken;
  for (const RankedPair& pair : pairs) {
    const bool by_left = one_per_person[pair.right_site];
    const bool by_right = one_per_person[pair.left_site];
    const Partner lefts = PartnerOf(pair.left, pair.right_site);
    const Partner rights = PartnerOf(pair.right, pair.left_site);
    if ((by_left && taken.contains(lefts)) || (by_right && taken.contains(rights))) {
      choice.refused[pair.number] = true;
      ++choice.refused_pairs;
      continue;
    }
    if (by_left) taken.insert(lefts);
    if (by_right) taken.insert(rights);
  }
  return choice;
}

}  // namespace blindlink::resolver
