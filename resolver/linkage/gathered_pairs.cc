#include "resolver/linkage/gathered_pairs.h"

#include <algorithm>
#include <optional>
#include <system_error>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "resolver/linkage/in_threads.h"
#include "resolver/results/row_cursor.h"

namespace blindlink::resolver {
namespace {

// The pairs of an earlier run that are taken over, in the order of their ranks, which is the same
// in both runs.
class EarlierCursor {
 public:
  explicit EarlierCursor(const EarlierPairs& earlier)
      : earlier_(earlier),
        considered_(earlier.increment.considered()),
        faint_(earlier.increment.faint()) {}

  // Null at the end. Advance leads to the first pair too.
  const ScoredPairRow* pair() const { return pair_.has_value() ? &*pair_ : nullptr; }

  absl::Status Advance() {
    pair_.reset();
    while (true) {
      BL_ASSIGN_OR_RETURN(const ScoredPairRow* const row, NextOfBoth());
      if (row == nullptr) return absl::OkStatus();
      if (row->match_keys.none()) continue;  // linked by people, and never compared
      const uint32_t left = earlier_.increment.NewRankOf(row->left);
      const uint32_t right = earlier_.increment.NewRankOf(row->right);
      if (left == Increment::kGone || right == Increment::kGone || earlier_.compared[left] ||
          earlier_.compared[right]) {
        continue;
      }
      pair_ = *row;
      pair_->left = left;
      pair_->right = right;
      return absl::OkStatus();
    }
  }

 private:
  absl::StatusOr<const ScoredPairRow*> NextOfBoth() {
    BL_ASSIGN_OR_RETURN(const ConsideredPairRow* const considered, considered_.Peek());
    BL_ASSIGN_OR_RETURN(const ScoredPairRow* const faint, faint_.Peek());
    const auto order = [](const ScoredPairRow& pair) { return std::tie(pair.left, pair.right); };
    if (considered == nullptr || (faint != nullptr && order(*faint) < order(considered->pair))) {
      return faint_.Next();
    }
    BL_ASSIGN_OR_RETURN(const ConsideredPairRow* const next, considered_.Next());
    return &next->pair;
  }

  const EarlierPairs& earlier_;
  RowCursor<ConsideredPairRow> considered_;
  RowCursor<ScoredPairRow> faint_;
  std::optional<ScoredPairRow> pair_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<GatheredPairs>> GatheredPairs::Gather(const DecisionInput& input,
                                                                     const FieldLevels& levels,
                                                                     Which which,
                                                                     CandidateParts* candidates,
                                                                     const RunControl& control) {
  std::unique_ptr<GatheredPairs> pairs(
      new GatheredPairs(input.temporary_folder / "candidates", input.threads));
  pairs->RemoveFiles();  // an earlier process may have left some
  BL_RETURN_IF_ERROR(MakePrivateFolder(pairs->folder_));
  BL_RETURN_IF_ERROR(candidates == nullptr
                         ? pairs->GatherFromOthers(input, which, control)
                         : pairs->GatherHere(input, levels, which, candidates, control));
  for (const auto& part : pairs->parts_) {
    pairs->candidates_ += part->tally.pairs;
    pairs->count_ += part->reader->rows();
    for (const auto& [pattern, count] : part->tally.patterns) pairs->patterns_[pattern] += count;
    for (const auto& [pattern, count] : part->tally.decoys) pairs->decoys_[pattern] += count;
  }
  if (input.earlier != nullptr) BL_RETURN_IF_ERROR(pairs->Add(*input.earlier, control));
  return pairs;
}

void GatheredPairs::MakeParts(size_t count) {
  for (size_t i = 0; i < count; ++i) {
    parts_.push_back(std::make_unique<Part>(folder_ / absl::StrCat("part-", i, ".rows")));
  }
}

absl::Status GatheredPairs::GatherHere(const DecisionInput& input, const FieldLevels& levels,
                                       Which which, CandidateParts* candidates,
                                       const RunControl& control) {
  MakeParts(candidates->size());
  std::atomic<uint64_t> done = 0;
  const auto share = [&, total = std::max<uint64_t>(1, candidates->count())] {
    return static_cast<double>(done) / static_cast<double>(total);
  };
  return InThreads(
      input.threads, candidates->size(), control, "rules", share, [&](size_t, size_t number) {
        return parts_[number]->Gather(input, levels, which, &(*candidates)[number], control, &done);
      });
}

absl::Status GatheredPairs::GatherFromOthers(const DecisionInput& input, Which which,
                                             const RunControl& control) {
  MakeParts(input.sharing->parts());
  const auto take = [&](size_t number, RunSharing::ReadPairs read) -> absl::Status {
    Part& part = *parts_[number];
    BL_ASSIGN_OR_RETURN(auto kept, RowFileWriter<ScoredPairRow>::Create(part.file));
    BL_RETURN_IF_ERROR(read([&](const ScoredPairRow& pair) {
      if (which == Which::kAll) ++part.tally.patterns[pair.pattern];
      return kept->Append(pair);
    }));
    BL_RETURN_IF_ERROR(kept->FinishTemporary());
    BL_ASSIGN_OR_RETURN(part.reader, RowFileReader<ScoredPairRow>::Open(part.file));
    return absl::OkStatus();
  };
  PairTally tally;
  BL_RETURN_IF_ERROR(input.sharing->CollectPairs(control, take, &tally));
  candidates_ = tally.pairs;
  decoys_ = std::move(tally.decoys);
  return absl::OkStatus();
}

absl::Status GatheredPairs::Add(const EarlierPairs& earlier, const RunControl& control) {
  auto merged = std::make_unique<Part>(folder_ / "merged.rows");
  BL_ASSIGN_OR_RETURN(auto writer, RowFileWriter<ScoredPairRow>::Create(merged->file));
  EarlierCursor kept(earlier);
  BL_RETURN_IF_ERROR(kept.Advance());
  const auto order = [](const ScoredPairRow& pair) { return std::tie(pair.left, pair.right); };
  const auto take_kept = [&]() -> absl::Status {
    ++candidates_;
    ++patterns_[kept.pair()->pattern];
    BL_RETURN_IF_ERROR(writer->Append(*kept.pair()));
    return kept.Advance();
  };
  BL_RETURN_IF_ERROR(
      ForEach("rules", control, [&](const ScoredPairRow& pair, uint64_t) -> absl::Status {
        while (kept.pair() != nullptr && order(*kept.pair()) < order(pair)) {
          BL_RETURN_IF_ERROR(take_kept());
        }
        return writer->Append(pair);
      }));
  while (kept.pair() != nullptr) BL_RETURN_IF_ERROR(take_kept());
  BL_RETURN_IF_ERROR(writer->FinishTemporary());
  BL_ASSIGN_OR_RETURN(merged->reader, RowFileReader<ScoredPairRow>::Open(merged->file));
  count_ = merged->reader->rows();
  parts_.clear();
  parts_.push_back(std::move(merged));
  return absl::OkStatus();
}

absl::Status GatheredPairs::Part::Gather(const DecisionInput& input, const FieldLevels& levels,
                                         Which which, ExternalSorter<Candidate>* of,
                                         const RunControl& control, std::atomic<uint64_t>* done) {
  BL_ASSIGN_OR_RETURN(auto kept, RowFileWriter<ScoredPairRow>::Create(file));
  BL_RETURN_IF_ERROR(CollectPairs(
      {input.table, levels, input.order, !input.decoys.empty(), which == Which::kThatARuleHoldsFor},
      of, control, done, &tally, [&](const ScoredPairRow& pair) { return kept->Append(pair); }));
  BL_RETURN_IF_ERROR(kept->FinishTemporary());
  BL_ASSIGN_OR_RETURN(reader, RowFileReader<ScoredPairRow>::Open(file));
  return absl::OkStatus();
}

std::vector<GatheredPairs::Place> GatheredPairs::Batches() const {
  constexpr uint64_t kBatch = 1 << 14;
  std::vector<Place> batches;
  uint64_t first = 0;
  for (const auto& part : parts_) {
    const uint64_t rows = part->reader->rows();
    for (uint64_t at = 0; at < rows; at += kBatch) {
      batches.push_back({part->reader.get(), at, std::min(kBatch, rows - at), first + at});
    }
    first += rows;
  }
  return batches;
}

void GatheredPairs::RemoveFiles() const {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

}  // namespace blindlink::resolver
