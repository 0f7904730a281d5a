#include "resolver/work/sweep_work.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/base/run_file.h"
#include "common/base/status_macros.h"
#include "resolver/linkage/candidate_limit.h"
#include "resolver/linkage/candidate_parts.h"
#include "resolver/linkage/record_reach.h"
#include "resolver/linkage/token_sweep.h"
#include "resolver/linkage/token_use.h"
#include "resolver/results/token_use_row.h"
#include "resolver/work/exchange_blocks.h"
#include "resolver/work/exchange_writer.h"

namespace blindlink::resolver {
namespace {

using Kind = ExchangeBlock::Kind;

// Puts candidates into the exchange, part by part, in sorted blocks.
class ExchangedCandidates : public CandidateSink {
 public:
  ExchangedCandidates(const RunAtHand& run, uint64_t memory_budget, ExchangeWriter* writer)
      : records_(run.order.record_count()),
        parts_(run.description.parts()),
        blocks_(parts_.size()),
        in_block_(std::clamp<uint64_t>(memory_budget / parts_.size() / sizeof(Candidate),
                                       kLeastInBlock, kCandidatesInBlock)),
        writer_(*writer) {}

  absl::Status Add(const Candidate& candidate) override {
    const size_t part = PartOf(candidate.left, parts_.size(), records_);
    parts_[part].push_back(candidate);
    return parts_[part].size() >= in_block_ ? End(part) : absl::OkStatus();
  }
  absl::Status Finish(v1::SweepCounts* counts) {
    for (size_t part = 0; part < parts_.size(); ++part) {
      if (!parts_[part].empty()) BL_RETURN_IF_ERROR(End(part));
      counts->add_candidate_blocks(blocks_[part]);
    }
    return absl::OkStatus();
  }

 private:
  static constexpr uint64_t kLeastInBlock = 256;

  absl::Status End(size_t part) {
    std::vector<Candidate>& candidates = parts_[part];
    std::sort(candidates.begin(), candidates.end());
    ++blocks_[part];
    absl::Status added =
        writer_.Add(Kind::kCandidates, static_cast<uint32_t>(part), EncodeCandidates(candidates));
    candidates.clear();
    return added;
  }

  const uint64_t records_;
  std::vector<std::vector<Candidate>> parts_;
  std::vector<uint32_t> blocks_;  // by part
  const uint64_t in_block_;
  ExchangeWriter& writer_;
};

// A query for the postings of the range that the run reads.
absl::StatusOr<PostingQuery> QueryOf(const RunAtHand& run, const v1::SweepWork& work) {
  PostingQuery query;
  const auto token_of = [](const std::string& bytes) {
    return StoredToken::FromBytes(reinterpret_cast<const uint8_t*>(bytes.data()));
  };
  const bool has_end = !work.end().empty();
  if (work.first().size() != StoredToken::kSize ||
      (has_end && work.end().size() != StoredToken::kSize)) {
    return absl::InvalidArgumentError("a range of tokens that is none");
  }
  query.first = token_of(work.first());
  if (has_end) query.end = token_of(work.end());
  for (const auto& dataset : run.description.datasets()) query.datasets.push_back(dataset.number());
  query.only_with.assign(run.description.only_with().begin(), run.description.only_with().end());
  return query;
}

absl::StatusOr<uint32_t> PutTokenUses(const RunFile& uses, ExchangeWriter* writer) {
  constexpr uint64_t kBlock = (uint64_t{1} << 20) / TokenUseRow::kSize * TokenUseRow::kSize;
  uint32_t blocks = 0;
  for (uint64_t at = 0; at < uses.size(); at += kBlock, ++blocks) {
    std::string bytes(std::min(kBlock, uses.size() - at), '\0');
    BL_RETURN_IF_ERROR(uses.ReadAt(at, bytes.data(), bytes.size()));
    BL_RETURN_IF_ERROR(writer->Add(Kind::kTokenUses, 0, std::move(bytes)));
  }
  return blocks;
}

// Puts sets of ranks into the exchange.
class RankSetWriter {
 public:
  RankSetWriter(uint32_t part, ExchangeWriter* writer) : part_(part), writer_(*writer) {}

  void Add(uint32_t rank) {
    ranks_.push_back(rank);
    if (ranks_.size() == kRanksInBlock) status_.Update(End());
  }
  absl::StatusOr<uint32_t> Finish() {
    if (!ranks_.empty()) status_.Update(End());
    BL_RETURN_IF_ERROR(status_);
    return blocks_;
  }

 private:
  absl::Status End() {
    ++blocks_;
    absl::Status added = writer_.Add(Kind::kReach, part_, EncodeRankSet(ranks_));
    ranks_.clear();
    return added;
  }

  const uint32_t part_;
  ExchangeWriter& writer_;
  std::vector<uint32_t> ranks_;
  uint32_t blocks_ = 0;
  absl::Status status_;
};

absl::Status PutReach(const RunAtHand& run, const RecordReach& reach, ExchangeWriter* writer,
                      v1::SweepCounts* counts) {
  RankSetWriter used(kUsedReach, writer);
  reach.ForEachUsed([&](uint32_t rank) { used.Add(rank); });
  BL_ASSIGN_OR_RETURN(const uint32_t used_blocks, used.Finish());
  counts->set_used_reach_blocks(used_blocks);
  RankSetWriter overused(kOverusedReach, writer);
  reach.ForEachOverused([&](uint32_t rank) { overused.Add(rank); });
  BL_ASSIGN_OR_RETURN(const uint32_t overused_blocks, overused.Finish());
  counts->set_overused_reach_blocks(overused_blocks);
  for (const auto& dataset : run.description.datasets()) {
    if (reach.SharesOverusedOf(dataset.number())) {
      counts->add_datasets_with_overused(dataset.number());
    }
  }
  return absl::OkStatus();
}

void Count(const TokenSweep& sweep, v1::SweepCounts* counts) {
  v1::RunSummary summary;
  sweep.Fill(&summary);
  counts->set_postings(summary.postings());
  const CandidateCounts& candidates = sweep.candidates();
  counts->set_candidates(candidates.all());
  for (int key = 0; key < summary.match_keys_size(); ++key) {
    const v1::MatchKeyUse& use = summary.match_keys(key);
    v1::SweepCounts::MatchKey& out = *counts->add_match_keys();
    out.set_shared_tokens(use.shared_tokens());
    out.set_overused_tokens(use.overused_tokens());
    out.set_overused_postings(use.overused_postings());
    out.set_candidates(candidates.by_match_key()[static_cast<size_t>(key)]);
  }
  for (const uint64_t of_site : candidates.by_site()) counts->add_candidates_by_site(of_site);
}

}  // namespace

absl::StatusOr<v1::SweepCounts> SweepRange(const RunAtHand& run, const v1::SweepWork& work,
                                           uint64_t attempt, const WorkRoom& room,
                                           const RunControl& control) {
  BL_ASSIGN_OR_RETURN(const PostingQuery query, QueryOf(run, work));
  uint32_t highest = 0;
  for (const uint32_t dataset : query.datasets) highest = std::max(highest, dataset);
  CandidateLimit limit(run.description.most_candidates(), false);
  RecordReach reach(run.order.record_count(), highest + 1);
  TokenSweep sweep(run.plan, run.table, run.order, {}, run.decoys, {&limit, &reach, {}});
  ExchangeWriter writer(run.index, attempt);
  ExchangedCandidates candidates(run, room.memory_budget, &writer);
  BL_ASSIGN_OR_RETURN(const auto uses, RunFile::Create(room.folder));
  TokenUseLog log(uses.get(), nullptr);
  BL_ASSIGN_OR_RETURN(const auto postings, run.index.Postings(query));
  const absl::Status swept = sweep.Run(postings.get(), control, &candidates, &log);
  v1::SweepCounts counts;
  Count(sweep, &counts);
  if (limit.reached()) return counts;
  BL_RETURN_IF_ERROR(swept);
  BL_RETURN_IF_ERROR(candidates.Finish(&counts));
  BL_ASSIGN_OR_RETURN(const uint32_t use_blocks, PutTokenUses(*uses, &writer));
  counts.set_token_use_blocks(use_blocks);
  BL_RETURN_IF_ERROR(PutReach(run, reach, &writer, &counts));
  BL_RETURN_IF_ERROR(writer.Flush());
  return counts;
}

}  // namespace blindlink::resolver
