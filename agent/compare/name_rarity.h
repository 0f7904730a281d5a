#pragma once

#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "blindlink/v1/token_block.pb.h"
#include "common/score/field_levels.h"

namespace blindlink::agent {

// Agreement on a rare name weighs more than on a common one (Newcombe 1959; Winkler 2000). Names
// are put in seven classes by their share of the larger file's records.
LevelNames NameRarityLevels();

// How often the names of the held records occur in the larger file: bounded by the held records,
// however long the other is. Names are hashes (ComparableHash). Not thread-safe.
class NameFrequencies {
 public:
  // A record that is held has it.
  void AddHeld(uint64_t name) { ++counts_[name].held; }
  // A record of the larger file has it; after all AddHeld.
  void AddOfLargerFile(uint64_t name);

  // Index into NameRarityLevels(), 1 or more.
  size_t RarityOf(uint64_t name) const;

  // What scoring is to know of the rarity in `field`: how often one person's two records share a
  // name of each class (as often as it is borne: `usual_match`), and in what share of the pairs of
  // strangers that share a name it is of that class (as often as it is borne, squared).
  void Describe(ScoredField* field, v1::ChanceAgreement* chance) const;

 private:
  struct Count {
    uint64_t held = 0;
    uint64_t larger = 0;
  };

  size_t LevelOf(uint64_t count) const;

  absl::flat_hash_map<uint64_t, Count> counts_;
  uint64_t in_larger_ = 0;  // records that have a name
};

}  // namespace blindlink::agent
