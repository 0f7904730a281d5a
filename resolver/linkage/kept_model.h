#pragma once

#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "blindlink/storage/v1/score_model.pb.h"
#include "blindlink/v1/linkage_service.pb.h"
#include "common/score/pair_scorer.h"
#include "common/score/score_model.h"

namespace blindlink::resolver {

// What decides a run that does not fit a model of its own: the model and the threshold of an
// earlier one. Immutable; threads may share it.
class KeptModel {
 public:
  // What is to be kept of a run's model, so that Restore gives the same probability, to the bit,
  // for each of `patterns`.
  static storage::v1::StoredScoreModel Store(const ScoreModel& model, const PatternCounts& patterns,
                                             double min_score);
  // `report` is the earlier run's, `run` its name. INVALID_ARGUMENT if `stored` is of other fields,
  // or incomplete.
  static absl::StatusOr<KeptModel> Restore(std::vector<ScoredField> fields,
                                           storage::v1::StoredScoreModel stored,
                                           v1::ScoreReport report, std::string run);

  double Probability(AgreementPattern pattern) const;
  double min_score() const { return stored_.min_score(); }
  // For the next run that uses it.
  const storage::v1::StoredScoreModel& stored() const { return stored_; }
  // What the earlier run said of its model.
  const v1::ScoreReport& report() const { return report_; }
  const std::string& run() const { return run_; }

 private:
  KeptModel(PairScorer scorer, storage::v1::StoredScoreModel stored, v1::ScoreReport report,
            std::string run);

  PairScorer scorer_;
  absl::flat_hash_map<AgreementPattern, double> counted_;
  storage::v1::StoredScoreModel stored_;
  v1::ScoreReport report_;
  std::string run_;
};

}  // namespace blindlink::resolver
