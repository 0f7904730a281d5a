#pragma once

#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "blindlink/v1/token_block.pb.h"
#include "common/score/field_levels.h"

namespace blindlink::agent {

// Agreement on a rare name weighs more than on a common one (Newcombe 1959; Winkler 2000). Names
// fall into seven classes by their share of the larger file's records.
LevelNames NameRarityLevels();

// Counts how often the names of the held records occur in the larger file. Memory is bounded by the
// held records, however long the other file is. Names are hashes (ComparableHash). Not thread-safe.
class NameFrequencies {
 public:
  // Counts a name of a held record.
  void AddHeld(uint64_t name) { ++counts_[name].held; }
  // Counts a name of a record of the larger file. Call only after all AddHeld.
  void AddOfLargerFile(uint64_t name);

  // Index into NameRarityLevels(), at least 1.
  size_t RarityOf(uint64_t name) const;

  // Describes the rarity in `field` to scoring. `usual_match`: how often two records of one person
  // share a name of each class, proportional to the class's frequency. `chance`: the share of each
  // class among strangers who share a name, proportional to the square of each name's frequency.
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
