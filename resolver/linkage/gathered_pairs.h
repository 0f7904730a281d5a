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
  // input.earlier. CANCELLED, RESOURCE_EXHAUSTED (disk).
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

  // Calls `handle(pair, number)` for each pair that was kept, numbered from 0, as part of this
  // stage of the run. `handle` returns absl::Status; an error ends the loop.
  template <typename Handle>
  absl::Status ForEach(const char* stage, const RunControl& control, Handle handle) const {
    constexpr uint64_t kBatch = 1 << 14;
    uint64_t number = 0;
    for (const auto& part : parts_) {
      for (uint64_t at = 0; at < part->reader->rows(); at += kBatch) {
        BL_RETURN_IF_ERROR(control.Check());
        control.progress(stage, static_cast<double>(number) / static_cast<double>(count()));
        BL_ASSIGN_OR_RETURN(const std::vector<ScoredPairRow> batch, part->reader->Read(at, kBatch));
        for (const ScoredPairRow& pair : batch) BL_RETURN_IF_ERROR(handle(pair, number++));
      }
    }
    return absl::OkStatus();
  }

 private:
  // One part of the candidates, gathered by one thread.
  struct Part {
    explicit Part(std::filesystem::path path) : file(std::move(path)) {}

    absl::Status Gather(const DecisionInput& input, const FieldLevels& levels, Which which,
                        ExternalSorter<Candidate>* of, const RunControl& control,
                        std::atomic<uint64_t>* done);

    const std::filesystem::path file;
    uint64_t candidates = 0;
    PatternCounts patterns;
    PatternCounts decoys;
    std::unique_ptr<RowFileReader<ScoredPairRow>> reader;
  };

  explicit GatheredPairs(std::filesystem::path folder) : folder_(std::move(folder)) {}
  // Merges the pairs of an earlier run into those that were gathered.
  absl::Status Add(const EarlierPairs& earlier, const RunControl& control);
  void RemoveFiles() const;

  const std::filesystem::path folder_;
  std::vector<std::unique_ptr<Part>> parts_;
  uint64_t candidates_ = 0;
  uint64_t count_ = 0;
  PatternCounts patterns_;
  PatternCounts decoys_;
};

}  // namespace blindlink::resolver
