#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "blindlink/storage/v1/score_model.pb.h"
#include "common/score/class_logs.h"

namespace blindlink {

// What a fitted model says of pairs, apart from how it was fitted: kept with a run, so that its
// decisions can be explained later. Immutable; threads may share it.
class PairScorer {
 public:
  PairScorer(std::vector<ScoredField> fields, ClassLogs logs, const ClassWeights& priors)
      : fields_(std::move(fields)), logs_(std::move(logs)), priors_(priors) {}

  // INVALID_ARGUMENT if `stored` is of other fields, or incomplete.
  static absl::StatusOr<PairScorer> Restore(std::vector<ScoredField> fields,
                                            const storage::v1::StoredScoreModel& stored);
  storage::v1::StoredScoreModel Store() const;

  const std::vector<ScoredField>& fields() const { return fields_; }

  // The probability of each class, given how the two agree. They add up to 1.
  ClassWeights Classes(AgreementPattern pattern) const;
  double Probability(AgreementPattern pattern) const { return MatchIn(Classes(pattern)); }

  // What the pattern's level of a field, by index, says for one person against strangers, in bits:
  // log2(P(level | one person) / P(level | chance)). 0 if a value is missing.
  double WeightOf(AgreementPattern pattern, size_t field) const;

 private:
  const std::vector<ScoredField> fields_;
  const ClassLogs logs_;
  const ClassWeights priors_;
};

}  // namespace blindlink
