#include "common/score/threshold.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace blindlink {
namespace {

// Below this score two records are more likely two people than one: no pair of a result, and
// none that is called a full match, is, whatever F the run expects.
constexpr double kLeastScore = 0.5;

}  // namespace

Threshold ChooseThreshold(const ScoreModel& model, const PatternCounts& patterns,
                          const v1::Scoring& scoring) {
  std::vector<std::pair<double, uint64_t>> by_score;
  for (const auto& [pattern, count] : patterns) {
    by_score.emplace_back(model.Probability(pattern), count);
  }
  std::sort(by_score.begin(), by_score.end(), std::greater<>());
  double total = 0;
  for (const auto& [score, count] : by_score) total += score * static_cast<double>(count);
  Threshold best;
  // F_beta with beta squared = 1 / cost (van Rijsbergen 1979).
  const double cost = scoring.wrong_pair_cost() > 0 ? scoring.wrong_pair_cost() : 1;
  double best_f = -1;
  double true_pairs = 0;
  uint64_t pairs = 0;
  for (size_t i = 0; i < by_score.size(); ++i) {
    const auto [score, count] = by_score[i];
    if (score < (scoring.min_score() > 0 ? scoring.min_score() : kLeastScore)) break;
    true_pairs += score * static_cast<double>(count);
    pairs += count;
    if (i + 1 < by_score.size() && by_score[i + 1].first == score) continue;
    const double ppv = true_pairs / static_cast<double>(pairs);
    const double f = (1 + cost) * true_pairs / (cost * static_cast<double>(pairs) + total);
    const bool taken = scoring.min_score() > 0          ? true
                       : scoring.min_expected_ppv() > 0 ? ppv >= scoring.min_expected_ppv()
                                                        : f > best_f;
    if (!taken) continue;
    best_f = f;
    best = {score, ppv, total > 0 ? true_pairs / total : 0, pairs};
  }
  if (scoring.min_score() > 0) best.min_score = scoring.min_score();
  return best;
}

}  // namespace blindlink
