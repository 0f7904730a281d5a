#include "common/score/class_logs.h"

#include <algorithm>
#include <cmath>

namespace blindlink {
namespace {

// Of a logarithm: a class that is so much less probable has no share.
constexpr double kNothing = 60;

}  // namespace

const double* ClassLogs::Of(const std::vector<ScoredField>& fields, AgreementPattern pattern,
                            size_t situation, size_t f) const {
  const size_t level = LevelIn(pattern, f);
  if (!with_first_name[f].empty()) {
    return RowOf(with_first_name[f], LevelIn(pattern, first_name) * kMostLevels + level);
  }
  // Values that are known to be equal do not agree by the accident of their codes.
  const size_t proof = ProofIn(pattern);
  const bool proven = proof > 0 && fields[f].proof == proof;
  return RowOf(levels[proven ? situation & ~kOfOneToken : situation], f * kMostLevels + level);
}

void ClassLogs::AddTo(const std::vector<ScoredField>& fields, AgreementPattern pattern,
                      ClassWeights* sums) const {
  const size_t situation = ChanceSituationOf(fields, pattern);
  for (size_t f = 0; f < fields.size(); ++f) {
    const double* const logs = Of(fields, pattern, situation, f);
    for (size_t which = 0; which < kPairClasses; ++which) (*sums)[which] += logs[which];
  }
}

ClassWeights PosteriorOf(ClassWeights weights) {
  const double highest = *std::max_element(weights.begin(), weights.end());
  double sum = 0;
  for (double& weight : weights) {
    weight = weight < highest - kNothing ? 0 : std::exp(weight - highest);
    sum += weight;
  }
  for (double& weight : weights) weight /= sum;
  return weights;
}

}  // namespace blindlink
