#include "resolver/linkage/kept_model.h"

#include <algorithm>
#include <utility>

#include "common/base/status_macros.h"

namespace blindlink::resolver {

storage::v1::StoredScoreModel KeptModel::Store(const ScoreModel& model,
                                               const PatternCounts& patterns, double min_score) {
  const PairScorer scorer = model.Scorer();
  storage::v1::StoredScoreModel stored = scorer.Store();
  stored.set_min_score(min_score);
  std::vector<AgreementPattern> counted;
  for (const auto& [pattern, count] : patterns) {
    if (model.Probability(pattern) != scorer.Probability(pattern)) counted.push_back(pattern);
  }
  std::sort(counted.begin(), counted.end());
  for (const AgreementPattern pattern : counted) {
    stored.add_counted_patterns(pattern);
    stored.add_counted_probabilities(model.Probability(pattern));
  }
  return stored;
}

absl::StatusOr<KeptModel> KeptModel::Restore(std::vector<ScoredField> fields,
                                             storage::v1::StoredScoreModel stored,
                                             v1::ScoreReport report, std::string run) {
  if (stored.counted_patterns_size() != stored.counted_probabilities_size()) {
    return absl::InvalidArgumentError("the model is incomplete");
  }
  BL_ASSIGN_OR_RETURN(PairScorer scorer, PairScorer::Restore(std::move(fields), stored));
  return KeptModel(std::move(scorer), std::move(stored), std::move(report), std::move(run));
}

KeptModel::KeptModel(PairScorer scorer, storage::v1::StoredScoreModel stored,
                     v1::ScoreReport report, std::string run)
    : scorer_(std::move(scorer)),
      stored_(std::move(stored)),
      report_(std::move(report)),
      run_(std::move(run)) {
  for (int i = 0; i < stored_.counted_patterns_size(); ++i) {
    // A release before let rounding bring some a little above 1.
    counted_[stored_.counted_patterns(i)] = std::min(1.0, stored_.counted_probabilities(i));
  }
}

double KeptModel::Probability(AgreementPattern pattern) const {
  const auto found = counted_.find(pattern);
  return found == counted_.end() ? scorer_.Probability(pattern) : found->second;
}

}  // namespace blindlink::resolver
