#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "agent/goldstandard/site_pass.h"
#include "common/score/band.h"
#include "common/score/chance_rates.h"
#include "common/score/field_levels.h"
#include "common/score/threshold.h"

namespace blindlink::agent {

// The outcome of a clear-text linkage. Counts only, no person's values.
struct GoldReport {
  struct Site {
    std::string name;
    bool held = false;  // in memory, not streamed
    SiteCounts counts;
  };
  struct LeftOutBlocks {
    std::string key;
    uint64_t blocks = 0;
    uint64_t largest = 0;  // held records
  };

  std::vector<Site> sites;
  double comparisons = 0;  // pairs that could have been compared
  uint64_t candidate_pairs = 0;
  std::vector<LeftOutBlocks> left_out;
  double expected_matches = 0;
  int iterations = 0;  // of expectation maximization
  Threshold threshold;
  uint64_t pairs_by_band[4] = {};
  // What was learned, by field and level.
  std::vector<ScoredField> fields;
  std::vector<LevelRates> among_matches;
  std::vector<LevelRates> among_strangers;
  uint64_t entities_of_two_or_more = 0;
  uint64_t joins_refused_by_size = 0;
  uint64_t joins_refused_as_weak = 0;
  uint64_t joins_refused_by_statement = 0;
  uint64_t pairs_by_entity = 0;  // match pairs below the threshold
  double seconds = 0;

  uint64_t pairs() const {
    return pairs_by_band[0] + pairs_by_band[1] + pairs_by_band[2] + pairs_by_band[3];
  }
};

// A table for human readers.
std::string GoldReportToText(const GoldReport& report);
// The same as one JSON object, with the learned rates.
std::string GoldReportToJson(const GoldReport& report);

}  // namespace blindlink::agent
