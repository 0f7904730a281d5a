// RunExplanation: the run's files themselves.
#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "common/base/status_macros.h"
#include "resolver/results/result_files.h"
#include "resolver/results/run_explanation.h"

namespace blindlink::resolver {

absl::Status RunExplanation::ForEachConsidered(
    absl::FunctionRef<void(const ConsideredPairRow&)> take) const {
  constexpr uint64_t kAtOnce = uint64_t{1} << 14;
  for (uint64_t at = 0; at < considered_->rows(); at += kAtOnce) {
    BL_ASSIGN_OR_RETURN(const std::vector<ConsideredPairRow> rows, considered_->Read(at, kAtOnce));
    for (const ConsideredPairRow& row : rows) {
      BL_RETURN_IF_ERROR(CheckConsidered(row));
      take(row);
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::optional<ConsideredPairRow>> RunExplanation::FindConsidered(
    uint32_t left, uint32_t right) const {
  BL_ASSIGN_OR_RETURN(const std::vector<ConsideredPairRow> pairs, PairsOf(left));
  const auto found = std::find_if(pairs.begin(), pairs.end(), [&](const ConsideredPairRow& row) {
    return row.pair.right == right;
  });
  if (found == pairs.end()) return std::nullopt;
  return *found;
}

absl::StatusOr<std::vector<uint32_t>> RunExplanation::FirstRanks() const {
  constexpr uint64_t kAtOnce = uint64_t{1} << 16;
  std::vector<uint32_t> first;
  first.reserve(entities_->rows());
  for (uint64_t at = 0; at < entities_->rows(); at += kAtOnce) {
    BL_ASSIGN_OR_RETURN(const std::vector<EntityRow> rows, entities_->Read(at, kAtOnce));
    for (const EntityRow& row : rows) {
      if (row.first_record > first.size()) {
        return ResultIsDamaged(run_, "a record names no entity of the run");
      }
      first.push_back(row.first_record);
    }
  }
  if (first.size() == records_->rows()) return first;
  return ResultIsDamaged(run_, "its files are of different numbers of records");
}

absl::StatusOr<std::pair<uint32_t, uint32_t>> RunExplanation::EntitySizesOf(uint32_t left,
                                                                            uint32_t right) const {
  BL_ASSIGN_OR_RETURN(const uint32_t of_left, FirstOf(left));
  BL_ASSIGN_OR_RETURN(const uint32_t of_right, FirstOf(right));
  BL_ASSIGN_OR_RETURN(const std::vector<uint32_t> members, Members(of_left));
  const auto size = static_cast<uint32_t>(members.size());
  if (of_left == of_right) return std::pair(size, uint32_t{0});
  BL_ASSIGN_OR_RETURN(const std::vector<uint32_t> others, Members(of_right));
  return std::pair(size, static_cast<uint32_t>(others.size()));
}

absl::StatusOr<std::vector<DecidedRow>> RunExplanation::DecidedRows() const {
  if (decided_ == nullptr) return std::vector<DecidedRow>();
  BL_ASSIGN_OR_RETURN(std::vector<DecidedRow> rows, decided_->Read(0, decided_->rows()));
  for (const DecidedRow& row : rows) {
    if (row.left >= row.right || row.right >= records_->rows() ||
        row.effect > DecisionEffect::kKeptApart) {
      return ResultIsDamaged(run_, "a decision names a record or an effect that does not exist");
    }
  }
  return rows;
}

absl::StatusOr<NamedRecord> RunExplanation::RecordAt(uint32_t rank) const {
  BL_ASSIGN_OR_RETURN(const RecordRow row, records_->ReadOne(rank));
  if (row.site >= run_.sites_size()) {
    return ResultIsDamaged(run_, "a record names no site of the run");
  }
  return NamedRecord{run_.sites(row.site), row.record};
}

absl::Status RunExplanation::CheckConsidered(const ConsideredPairRow& row) const {
  if (row.outcome < PairOutcome::kOutcomes && row.score >= 0 && row.score <= 1 &&
      row.pair.left < row.pair.right && row.pair.right < records_->rows()) {
    return absl::OkStatus();
  }
  return ResultIsDamaged(run_, "a pair has a record, an outcome or a score that does not exist");
}

}  // namespace blindlink::resolver
