#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/base/status_macros.h"
#include "common/extsort/external_sorter.h"
#include "common/score/field_levels.h"
#include "common/score/score_model.h"
#include "resolver/extsort/in_order.h"
#include "resolver/linkage/candidate_pairs.h"
#include "resolver/linkage/candidate_parts.h"
#include "resolver/linkage/decision_input.h"
#include "resolver/linkage/run_control.h"
#include "resolver/results/result_rows.h"
#include "resolver/results/row_file.h"

namespace blindlink::resolver {

// The pairs that shared a token, in the order of left and right, kept on disk while the run decides
// which of them match. The files are removed on destruction. For one thread.
class GatheredPairs {
 public:
  // Which pairs are kept: all, or only those for which one of the plan's rules holds.
  enum class Which { kAll, kThatARuleHoldsFor };

  // Processes the parts of the candidates in input.threads threads, and adds the pairs of
  // input.earlier. If `candidates` is null, input.sharing has them. CANCELLED, RESOURCE_EXHAUSTED
  // (disk).
  static absl::StatusOr<std::unique_ptr<GatheredPairs>> Gather(const DecisionInput& input,
                                                               const FieldLevels& levels,
                                                               Which which,
                                                               CandidateParts* candidates,
                                                               const RunControl& control);
  ~GatheredPairs() { RemoveFiles(); }
  GatheredPairs(const GatheredPairs&) = delete;
  GatheredPairs& operator=(const GatheredPairs&) = delete;

  // Counts of all pairs that shared a token, kept or not, and of their agreement patterns. Of the
  // earlier run's pairs, those that it kept.
  uint64_t candidates() const { return candidates_; }
  const PatternCounts& patterns() const { return patterns_; }
  // The agreement patterns of the decoys, which count as no candidates.
  const PatternCounts& decoys() const { return decoys_; }
  // The number of kept pairs.
  uint64_t count() const { return count_; }

  // Goes through the pairs that were kept, numbered from 0, as part of this stage of the run.
  //   examine(pair, number, std::vector<Found>* found)
  //     Called for each pair, by input.threads threads at the same time; it may append to `found`.
  //   take(Found&&)
  //     Returns absl::Status; an error ends it. Called by the calling thread with all that was
  //     found, in the order of the pairs.
  template <typename Found, typename Examine, typename Take>
  absl::Status Find(const char* stage, const RunControl& control, Examine examine,
                    Take take) const {
    const std::vector<Place> batches = Batches();
    size_t taken = 0;
    const auto work = [&](size_t batch) -> absl::StatusOr<std::vector<Found>> {
      const Place& place = batches[batch];
      BL_ASSIGN_OR_RETURN(const std::vector<ScoredPairRow> pairs,
                          place.file->Read(place.row, place.rows));
      std::vector<Found> found;
      uint64_t number = place.number;
      for (const ScoredPairRow& pair : pairs) examine(pair, number++, &found);
      return found;
    };
    return WorkInOrder(
        threads_, batches.size(), work, [&](std::vector<Found> found) -> absl::Status {
          BL_RETURN_IF_ERROR(control.Check());
          control.progress(stage,
                           static_cast<double>(taken++) / static_cast<double>(batches.size()));
          for (Found& one : found) BL_RETURN_IF_ERROR(take(std::move(one)));
          return absl::OkStatus();
        });
  }
  // Calls `handle(pair, number)`, which returns absl::Status, for each pair in their order.
  template <typename Handle>
  absl::Status ForEach(const char* stage, const RunControl& control, Handle handle) const {
    uint64_t number = 0;
    return Find<ScoredPairRow>(
        stage, control,
        [](const ScoredPairRow& pair, uint64_t, std::vector<ScoredPairRow>* found) {
          found->push_back(pair);
        },
        [&](const ScoredPairRow& pair) { return handle(pair, number++); });
  }

 private:
  // One part of the candidates, gathered by one thread.
  struct Part {
    explicit Part(std::filesystem::path path) : file(std::move(path)) {}

    absl::Status Gather(const DecisionInput& input, const FieldLevels& levels, Which which,
                        ExternalSorter<Candidate>* of, const RunControl& control,
                        std::atomic<uint64_t>* done);

    const std::filesystem::path file;
    PairTally tally;
    std::unique_ptr<RowFileReader<ScoredPairRow>> reader;
  };

  // Some consecutive pairs of one part.
  struct Place {
    const RowFileReader<ScoredPairRow>* file;
    uint64_t row;
    uint64_t rows;
    uint64_t number;  // of the first pair
  };

  GatheredPairs(std::filesystem::path folder, size_t threads)
      : folder_(std::move(folder)), threads_(threads) {}
  void MakeParts(size_t count);
  absl::Status GatherHere(const DecisionInput& input, const FieldLevels& levels, Which which,
                          CandidateParts* candidates, const RunControl& control);
  absl::Status GatherFromOthers(const DecisionInput& input, Which which, const RunControl& control);
  std::vector<Place> Batches() const;
  // Merges the pairs of an earlier run into those that were gathered.
  absl::Status Add(const EarlierPairs& earlier, const RunControl& control);
  void RemoveFiles() const;

  const std::filesystem::path folder_;
  const size_t threads_;
  std::vector<std::unique_ptr<Part>> parts_;
  uint64_t candidates_ = 0;
  uint64_t count_ = 0;
  PatternCounts patterns_;
  PatternCounts decoys_;
};

}  // namespace blindlink::resolver
