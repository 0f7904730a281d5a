#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <utility>

#include "absl/status/status.h"
#include "common/base/status_macros.h"
#include "common/extsort/external_sorter.h"
#include "common/score/field_levels.h"
#include "common/score/score_model.h"
#include "resolver/linkage/candidate_parts.h"
#include "resolver/linkage/meeting_table.h"
#include "resolver/linkage/record_order.h"
#include "resolver/linkage/run_control.h"
#include "resolver/results/result_rows.h"

namespace blindlink::resolver {

// Sorts the candidates and calls `handle(const ScoredPairRow&)`, which returns absl::Status, for
// each pair of records among them, in order, with the first rule that holds, the match keys they
// share and how well they agree. Adds the number of processed candidates to `done`.
template <typename Handle>
absl::Status ForEachPair(const MeetingTable& table, const FieldLevels& levels,
                         ExternalSorter<Candidate>* candidates, const RunControl& control,
                         std::atomic<uint64_t>* done, Handle handle) {
  constexpr uint64_t kCandidatesBetweenChecks = 1 << 16;
  BL_RETURN_IF_ERROR(candidates->Sort());
  ScoredPairRow pair;
  MeetingTable::Conditions satisfied;
  EvidenceBits evidence;
  size_t tokens = 0;
  size_t name_rarity = 0;
  const auto end_pair = [&]() -> absl::Status {
    if (pair.left == pair.right) return absl::OkStatus();  // none yet
    const int rule = table.FirstRule(std::exchange(satisfied, {}));
    if (rule >= 0) pair.rule = static_cast<uint16_t>(rule);
    pair.pattern =
        levels.PatternOf(std::exchange(evidence, {}), tokens, std::exchange(name_rarity, 0));
    pair.pattern = levels.WithTokens(pair.pattern, pair.match_keys, std::exchange(tokens, 0));
    return handle(std::exchange(pair, {}));
  };
  for (uint64_t next_check = 0, number = 0;; ++number) {
    if (number == next_check) {
      BL_RETURN_IF_ERROR(control.Check());
      *done += next_check == 0 ? 0 : kCandidatesBetweenChecks;
      next_check += kCandidatesBetweenChecks;
    }
    BL_ASSIGN_OR_RETURN(const Candidate* next, candidates->Next());
    if (next == nullptr) return end_pair();
    if (next->left != pair.left || next->right != pair.right) {
      BL_RETURN_IF_ERROR(end_pair());
      pair.left = next->left;
      pair.right = next->right;
    }
    satisfied |= table.conditions(next->conditions);
    evidence |= next->evidence;
    ++tokens;
    name_rarity = std::max<size_t>(name_rarity, next->name_rarity);
    pair.match_keys.set(next->match_key);
  }
}

// What is counted of the pairs of some candidates.
struct PairTally {
  uint64_t pairs = 0;  // without decoys
  PatternCounts patterns;
  PatternCounts decoys;
};

// How pairs are told apart. What is referred to must outlive it.
struct PairSorting {
  const MeetingTable& table;
  const FieldLevels& levels;
  const RecordOrder& order;
  bool has_decoys;      // pairs within a site are decoys
  bool only_with_rule;  // keep only pairs for which a rule holds
};

// ForEachPair, counting. `keep(const ScoredPairRow&)`, which returns absl::Status, gets the pairs
// that are kept, in order.
template <typename Keep>
absl::Status CollectPairs(const PairSorting& sorting, ExternalSorter<Candidate>* candidates,
                          const RunControl& control, std::atomic<uint64_t>* done, PairTally* tally,
                          Keep keep) {
  return ForEachPair(
      sorting.table, sorting.levels, candidates, control, done, [&](const ScoredPairRow& pair) {
        if (sorting.has_decoys &&
            sorting.order.SiteOfRank(pair.left) == sorting.order.SiteOfRank(pair.right)) {
          ++tally->decoys[pair.pattern];
          return absl::OkStatus();
        }
        ++tally->pairs;
        ++tally->patterns[pair.pattern];
        const bool left_out = sorting.only_with_rule && pair.rule == ScoredPairRow::kNoRule;
        return left_out ? absl::OkStatus() : absl::Status(keep(pair));
      });
}

}  // namespace blindlink::resolver
