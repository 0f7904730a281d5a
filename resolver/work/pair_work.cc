#include "resolver/work/pair_work.h"

#include <algorithm>
#include <atomic>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "common/base/status_macros.h"
#include "common/extsort/external_sorter.h"
#include "resolver/linkage/candidate_pairs.h"
#include "resolver/linkage/candidate_parts.h"
#include "resolver/results/result_rows.h"
#include "resolver/work/exchange_blocks.h"
#include "resolver/work/exchange_writer.h"

namespace blindlink::resolver {
namespace {

using Kind = ExchangeBlock::Kind;

absl::Status ReadCandidates(const RunAtHand& run, const v1::PairWork& work,
                            const RunControl& control, ExternalSorter<Candidate>* candidates) {
  const CandidateBounds bounds{run.order.record_count(), run.table.condition_count(),
                               run.plan.match_keys().size()};
  return run.index.Read(Kind::kCandidates, work.part(), work.attempts(), work.blocks(),
                        [&](absl::string_view bytes) -> absl::Status {
                          BL_RETURN_IF_ERROR(control.Check());
                          return DecodeCandidates(bytes, bounds, [&](const Candidate& candidate) {
                            return candidates->Add(candidate);
                          });
                        });
}

absl::StatusOr<uint32_t> PutDecoys(uint32_t part, const PairTally& tally, ExchangeWriter* writer) {
  const std::vector<PatternCount> decoys(tally.decoys.begin(), tally.decoys.end());
  uint32_t blocks = 0;
  for (size_t at = 0; at < decoys.size(); at += kPatternsInBlock, ++blocks) {
    const auto some = absl::MakeConstSpan(decoys).subspan(at, kPatternsInBlock);
    BL_RETURN_IF_ERROR(writer->Add(Kind::kDecoys, part, EncodePatternCounts(some)));
  }
  return blocks;
}

}  // namespace

absl::StatusOr<v1::PairCounts> CollectPart(const RunAtHand& run, const v1::PairWork& work,
                                           uint64_t attempt, const WorkRoom& room,
                                           const RunControl& control) {
  if (work.part() >= run.description.parts()) {
    return absl::InvalidArgumentError("a part of the candidates that is none");
  }
  ExternalSorter<Candidate> candidates(room.folder, room.memory_budget);
  BL_RETURN_IF_ERROR(ReadCandidates(run, work, control, &candidates));
  ExchangeWriter writer(run.index, attempt);
  v1::PairCounts counts;
  std::string rows;
  const auto end_block = [&]() -> absl::Status {
    counts.set_blocks(counts.blocks() + 1);
    return writer.Add(Kind::kPairs, work.part(), std::exchange(rows, {}));
  };
  PairTally tally;
  std::atomic<uint64_t> done = 0;
  BL_RETURN_IF_ERROR(CollectPairs(
      {run.table, run.levels, run.order, !run.decoys.empty(),
       run.description.only_pairs_with_rule()},
      &candidates, control, &done, &tally, [&](const ScoredPairRow& pair) {
        AppendRow(pair, &rows);
        return rows.size() >= kPairsInBlock * ScoredPairRow::kSize ? end_block() : absl::OkStatus();
      }));
  if (!rows.empty()) BL_RETURN_IF_ERROR(end_block());
  BL_ASSIGN_OR_RETURN(const uint32_t decoy_blocks, PutDecoys(work.part(), tally, &writer));
  counts.set_decoy_blocks(decoy_blocks);
  BL_RETURN_IF_ERROR(writer.Flush());
  counts.set_pairs(tally.pairs);
  return counts;
}

}  // namespace blindlink::resolver
