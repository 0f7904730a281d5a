#include "resolver/linkage/gathered_pairs.h"

#include <algorithm>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "resolver/linkage/candidate_pairs.h"
#include "resolver/linkage/in_threads.h"

namespace blindlink::resolver {

absl::StatusOr<std::unique_ptr<GatheredPairs>> GatheredPairs::Gather(const DecisionInput& input,
                                                                     const FieldLevels& levels,
                                                                     Which which,
                                                                     CandidateParts* candidates,
                                                                     const RunControl& control) {
  std::unique_ptr<GatheredPairs> pairs(new GatheredPairs(input.temporary_folder / "candidates"));
  pairs->RemoveFiles();  // an earlier process may have left some
  BL_RETURN_IF_ERROR(MakePrivateFolder(pairs->folder_));
  for (size_t i = 0; i < candidates->size(); ++i) {
    pairs->parts_.push_back(
        std::make_unique<Part>(pairs->folder_ / absl::StrCat("part-", i, ".rows")));
  }
  std::atomic<uint64_t> done = 0;
  const auto share = [&, total = std::max<uint64_t>(1, candidates->count())] {
    return static_cast<double>(done) / static_cast<double>(total);
  };
  BL_RETURN_IF_ERROR(InThreads(input.threads, candidates->size(), control, "rules", share,
                               [&](size_t, size_t number) {
                                 return pairs->parts_[number]->Gather(
                                     input, levels, which, &(*candidates)[number], control, &done);
                               }));
  for (const auto& part : pairs->parts_) {
    pairs->candidates_ += part->candidates;
    pairs->count_ += part->reader->rows();
    for (const auto& [pattern, count] : part->patterns) pairs->patterns_[pattern] += count;
    for (const auto& [pattern, count] : part->decoys) pairs->decoys_[pattern] += count;
  }
  return pairs;
}

absl::Status GatheredPairs::Part::Gather(const DecisionInput& input, const FieldLevels& levels,
                                         Which which, ExternalSorter<Candidate>* of,
                                         const RunControl& control, std::atomic<uint64_t>* done) {
  BL_ASSIGN_OR_RETURN(auto kept, RowFileWriter<ScoredPairRow>::Create(file));
  BL_RETURN_IF_ERROR(
      ForEachPair(input.table, levels, of, control, done, [&](const ScoredPairRow& pair) {
        if (!input.decoys.empty() &&
            input.order.SiteOfRank(pair.left) == input.order.SiteOfRank(pair.right)) {
          ++decoys[pair.pattern];
          return absl::OkStatus();
        }
        ++candidates;
        ++patterns[pair.pattern];
        const bool left_out =
            which == Which::kThatARuleHoldsFor && pair.rule == ScoredPairRow::kNoRule;
        return left_out ? absl::OkStatus() : kept->Append(pair);
      }));
  BL_RETURN_IF_ERROR(kept->Finish());
  BL_ASSIGN_OR_RETURN(reader, RowFileReader<ScoredPairRow>::Open(file));
  return absl::OkStatus();
}

void GatheredPairs::RemoveFiles() const {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

}  // namespace blindlink::resolver
