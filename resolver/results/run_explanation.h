#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "blindlink/storage/v1/resolver_storage.pb.h"
#include "blindlink/v1/explanation_service.pb.h"
#include "common/plan/plan.h"
#include "common/score/pair_scorer.h"
#include "resolver/results/named_decision.h"
#include "resolver/results/result_rows.h"
#include "resolver/results/row_file.h"

namespace blindlink::resolver {

// INVALID_ARGUMENT if the record is no pseudonym.
absl::StatusOr<RecordPseudonym> PseudonymOf(const v1::RecordName& record);

// Says why a finished run decided as it did, from the pairs that it considered and what its score
// knew. Immutable; thread-safe.
class RunExplanation {
 public:
  // FAILED_PRECONDITION if an earlier release made the run and kept nothing to explain it by.
  // DATA_LOSS as RunResult::Open.
  static absl::StatusOr<std::unique_ptr<const RunExplanation>> Open(
      const std::filesystem::path& folder, storage::v1::StoredRun run, Plan plan);

  // INVALID_ARGUMENT if a record is no pseudonym or both are the same; NOT_FOUND if the run has
  // none like it.
  absl::StatusOr<v1::PairExplanation> ExplainPair(const v1::RecordName& left,
                                                  const v1::RecordName& right) const;
  absl::StatusOr<v1::EntityExplanation> ExplainEntity(const v1::RecordName& record) const;

  // The run's files themselves, for whoever chooses pairs of it. Records are ranks.
  const v1::LinkageRun& run() const { return run_.run(); }
  bool has_score() const { return scorer_.has_value(); }
  double min_score() const { return min_score_; }  // 0 if rules decided
  // In the order of left, right.
  absl::Status ForEachConsidered(absl::FunctionRef<void(const ConsideredPairRow&)> take) const;
  // Nothing if the run did not consider the pair.
  absl::StatusOr<std::optional<ConsideredPairRow>> FindConsidered(uint32_t left,
                                                                  uint32_t right) const;
  // By rank: the lowest rank in the record's entity.
  absl::StatusOr<std::vector<uint32_t>> FirstRanks() const;
  // The sizes of two records' entities; the second is 0 if both are in one.
  absl::StatusOr<std::pair<uint32_t, uint32_t>> EntitySizesOf(uint32_t left, uint32_t right) const;
  // Empty if nothing had been decided when the run was started.
  absl::StatusOr<std::vector<DecidedRow>> DecidedRows() const;
  // INVALID_ARGUMENT, NOT_FOUND as ExplainPair.
  absl::StatusOr<uint32_t> RankOf(const v1::RecordName& record) const;
  absl::StatusOr<NamedRecord> RecordAt(uint32_t rank) const;

 private:
  RunExplanation(storage::v1::StoredRun run, Plan plan)
      : run_(std::move(run)), plan_(std::move(plan)) {}

  absl::Status OpenFiles(const std::filesystem::path& folder);
  absl::Status ReadScore(const std::filesystem::path& folder);
  absl::StatusOr<v1::RecordName> NameOf(uint32_t rank) const;
  absl::Status CheckConsidered(const ConsideredPairRow& row) const;
  // The ranks of the entity that begins with `first`, in order.
  absl::StatusOr<std::vector<uint32_t>> Members(uint32_t first) const;
  absl::StatusOr<uint32_t> FirstOf(uint32_t rank) const;
  // The considered pairs whose lower rank is `left`, in order.
  absl::StatusOr<std::vector<ConsideredPairRow>> PairsOf(uint32_t left) const;
  absl::Status AddEntities(uint32_t left, uint32_t right, v1::PairExplanation* out) const;
  void AddMatchKeys(const MatchKeySet& keys,
                    google::protobuf::RepeatedPtrField<std::string>* names) const;
  // The evidence of a pair that was hopeless, if the run has it.
  absl::Status AddFaint(uint32_t left, uint32_t right, v1::PairExplanation* out) const;
  // The run's probability of one person.
  double ProbabilityOf(AgreementPattern pattern) const;
  void AddScore(AgreementPattern pattern, double probability, v1::PairExplanation* out) const;
  void AddClasses(AgreementPattern pattern, double score, v1::PairExplanation* out) const;
  void AddChanges(AgreementPattern pattern, double score, v1::PairExplanation* out) const;

  const storage::v1::StoredRun run_;
  const Plan plan_;
  std::optional<PairScorer> scorer_;  // none if rules decided
  // Of patterns whose probability is not the scorer's (StoredScoreModel).
  absl::flat_hash_map<AgreementPattern, double> counted_;
  double min_score_ = 0;
  std::unique_ptr<RowFileReader<RecordRow>> records_;
  std::unique_ptr<RowFileReader<EntityRow>> entities_;
  std::unique_ptr<RowFileReader<ConsideredPairRow>> considered_;
  std::unique_ptr<RowFileReader<ScoredPairRow>> faint_;  // or null
  std::unique_ptr<RowFileReader<DecidedRow>> decided_;   // or null
};

}  // namespace blindlink::resolver
