#include "common/score/score_model.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <future>
#include <numeric>

#include "common/base/in_thread.h"

namespace blindlink {
namespace {

constexpr int kMaxIterations = 200;
// After the decoys have been counted.
constexpr int kIterationsOnceCounted = 20;
constexpr double kConverged = 1e-5;
// Pairs' worth of the pull of what the decoys count of a pattern towards what the classes explain.
constexpr double kPullOfOthers = 2;
// Closer to 0 or 1 than this, a score is clear.
constexpr double kUnclear = 0.05;
// How much the families within sites count for those across sites, which may be others: twice the
// latter. Leaves at least a third of what is seen across sites where no site holds families.
constexpr double kFamiliesWithin = 2;
constexpr double kHighestPrior = 0.4;
// How many times the usual number of families the other start has, and how far apart the expected
// matches of two starts may be.
constexpr double kManyFamilies = 30;
constexpr double kSameModel = 0.01;

// Patterns are weighed in pieces, each of which has sums of its own. Pieces do not depend on the
// threads, or the sums of rounded numbers would.
constexpr size_t kLeastOfPiece = size_t{1} << 12;
constexpr size_t kMostPieces = 16;

size_t PieceCount(size_t patterns) {
  return std::clamp<size_t>(patterns / kLeastOfPiece, 1, kMostPieces);
}

// Calls `work` once for each number below `count`, in at most so many threads. The caller's is one.
void ForEach(size_t threads, size_t count, const std::function<void(size_t)>& work) {
  const auto work_from = [threads, count, &work](size_t first) {
    for (size_t number = first; number < count; number += threads) work(number);
  };
  std::vector<std::future<void>> others;
  for (size_t first = 1; first < std::min(threads, count); ++first) {
    others.push_back(InThread([&work_from, first] { work_from(first); }));
  }
  work_from(0);
  for (std::future<void>& other : others) other.get();
}

constexpr PairClass ClassAt(size_t which) { return static_cast<PairClass>(which); }

ClassWeights LogsOf(ClassWeights priors) {
  for (double& prior : priors) prior = std::log(prior);
  return priors;
}

}  // namespace

ScoreModel::ScoreModel(const Input& input, Start start)
    : rates_(input.fields, input.chance), threads_(std::max<size_t>(1, input.threads / 2)) {
  for (size_t which = 0; which < kPairClasses; ++which) present_[which] = IsPresent(ClassAt(which));
  const auto take = [](const PatternCounts& counts, double comparisons, Pairs* pairs) {
    for (const auto& [pattern, count] : counts) {
      pairs->patterns.push_back({pattern, static_cast<double>(count)});
    }
    // A sum of rounded numbers depends on their order, and a hash map has another in each process.
    std::sort(pairs->patterns.begin(), pairs->patterns.end(),
              [](const Pattern& a, const Pattern& b) { return a.pattern < b.pattern; });
    pairs->comparisons = comparisons;
  };
  take(input.patterns, std::max(1.0, input.comparisons), &across_);
  if (input.decoys != nullptr) take(*input.decoys, input.decoy_comparisons, &within_);
  const double matches =
      std::clamp(input.usual_matches / across_.comparisons, 1e-12, kHighestPrior);
  for (Pairs* pairs : {&across_, &within_}) {
    for (size_t which = 0; which < kChance; ++which) {
      if (!IsIn(ClassAt(which), *pairs)) continue;
      const bool many = start == Start::kManyFamilies && IsOfFamilies(ClassAt(which));
      pairs->priors[which] = StartOf(ClassAt(which)).first * matches * (many ? kManyFamilies : 1);
    }
    pairs->priors[kChance] = 1;
    pairs->log_priors = LogsOf(pairs->priors);
  }
}

ScoreModel ScoreModel::Fit(const Input& input) {
  const auto from_other = [&input] { return FitFrom(input, Start::kManyFamilies); };
  std::future<ScoreModel> from_other_start =
      input.threads > 1 ? InThread(from_other) : std::async(std::launch::deferred, from_other);
  ScoreModel model = FitFrom(input, Start::kUsual);
  const ScoreModel other = from_other_start.get();
  const double apart = std::abs(model.expected_matches_ - other.expected_matches_);
  if (apart > kSameModel * std::max(1.0, model.expected_matches_) + 1) {
    model.other_matches_ = other.expected_matches_;
  }
  model.KeepProbabilities(std::max<size_t>(1, input.threads));
  return model;
}

ScoreModel ScoreModel::FitFrom(const Input& input, Start start) {
  ScoreModel model(input, start);
  model.Converge(kMaxIterations);
  if (input.decoys == nullptr) return model;
  const bool converged = model.converged_;
  model.CountOthers();
  model.Converge(kIterationsOnceCounted);
  model.CountOthers();
  model.converged_ = converged;
  model.expected_matches_ = 0;
  for (const Pattern& pattern : model.across_.patterns) {
    model.expected_matches_ +=
        pattern.count * SumOf(model.WeighCounted(pattern, model.across_), kMatch);
  }
  return model;
}

void ScoreModel::KeepProbabilities(size_t threads) {
  std::vector<Pattern>& patterns = across_.patterns;
  const size_t pieces = PieceCount(patterns.size());
  ForEach(threads, pieces, [&](size_t number) {
    const size_t end = (number + 1) * patterns.size() / pieces;
    for (size_t i = number * patterns.size() / pieces; i < end; ++i) {
      patterns[i].probability = MatchIn(WeighCounted(patterns[i], across_));
    }
  });
}

void ScoreModel::Converge(int most_iterations) {
  converged_ = false;
  for (int i = 0; i < most_iterations && !converged_; ++i) Iterate();
}

bool ScoreModel::IsIn(PairClass which, const Pairs& pairs) const {
  const bool within = &pairs == &within_;
  if (Together(which) == kMatch && within) return false;
  if (Together(which) == kDuplicate && !within) return false;
  return present_[which];
}

bool ScoreModel::IsPresent(PairClass which) const {
  size_t addresses = 0;
  size_t named = 0;
  for (const ScoredField& field : rates_.fields()) {
    addresses += IsAddress(field) ? 1 : 0;
    named += Names(which, field) ? 1 : 0;
  }
  if (IsApart(which)) return addresses > 0;
  if (!IsOfStrangers(which)) return true;
  return named >= (which == kArea || which == kOrigin ? 1 : 2);
}

ClassWeights ScoreModel::Weigh(AgreementPattern pattern, const Pairs& pairs) const {
  ClassWeights weights = pairs.log_priors;
  rates_.logs().AddTo(rates_.fields(), pattern, &weights);
  return PosteriorOf(weights);
}

ClassWeights ScoreModel::WeighCounted(const Pattern& pattern, const Pairs& pairs) const {
  ClassWeights weights = Weigh(pattern.pattern, pairs);
  const double match = SumOf(weights, kMatch);
  const double sum = match + pattern.others * (1 - match);
  for (size_t which = 0; which < kPairClasses; ++which) {
    weights[which] *= (Together(ClassAt(which)) == kMatch ? 1 : pattern.others) / sum;
  }
  return weights;
}

double ScoreModel::Probability(AgreementPattern pattern) const {
  const auto at =
      std::lower_bound(across_.patterns.begin(), across_.patterns.end(), pattern,
                       [](const Pattern& a, AgreementPattern b) { return a.pattern < b; });
  if (at != across_.patterns.end() && at->pattern == pattern) {
    return at->probability;
  }
  return MatchIn(Weigh(pattern, across_));
}

double ScoreModel::expected_families() const {
  return std::accumulate(across_.totals.begin() + kKin, across_.totals.begin() + kDuplicate, 0.0);
}

std::vector<LevelRates> ScoreModel::match_levels() const {
  std::vector<LevelRates> levels = rates_.match();
  const double apart = across_.priors[kMatchApart] / SumOf(across_.priors, kMatch);
  for (size_t f = 0; f < levels.size(); ++f) {
    if (!IsAddress(rates_.fields()[f])) continue;
    for (size_t level = 1; level < levels[f].size(); ++level) {
      levels[f][level] += apart * (rates_.chance()[f][level] - levels[f][level]);
    }
  }
  return levels;
}

void ScoreModel::Weigh(Pairs* pairs, ClassRates::Tallies* tallies) const {
  struct Piece {
    ClassWeights totals{};
    ClassRates::Tallies tallies;
  };
  const std::vector<Pattern>& patterns = pairs->patterns;
  std::vector<Piece> pieces(PieceCount(patterns.size()));
  ForEach(threads_, pieces.size(), [&](size_t number) {
    Piece piece{{}, number == 0 ? std::move(*tallies) : rates_.NewTallies()};
    const size_t end = (number + 1) * patterns.size() / pieces.size();
    for (size_t i = number * patterns.size() / pieces.size(); i < end; ++i) {
      ClassWeights weights = WeighCounted(patterns[i], *pairs);
      for (size_t which = 0; which < kPairClasses; ++which) {
        weights[which] *= patterns[i].count;
        piece.totals[which] += weights[which];
      }
      rates_.Tally(patterns[i].pattern, weights, &piece.tallies);
    }
    pieces[number] = std::move(piece);
  });
  pairs->totals = {};
  for (const Piece& piece : pieces) {
    for (size_t which = 0; which < kPairClasses; ++which) {
      pairs->totals[which] += piece.totals[which];
    }
  }
  *tallies = std::move(pieces.front().tallies);
  for (size_t i = 1; i < pieces.size(); ++i) tallies->Add(pieces[i].tallies);
}

double ScoreModel::ShareOf(PairClass which, const Pairs& pairs) const {
  const ClassStart& start = StartOf(which);
  if (IsOfStrangers(which)) {
    return (across_.totals[which] + within_.totals[which] + start.unseen) /
           (across_.comparisons + within_.comparisons);
  }
  const double unseen = start.unseen + start.among_kin * SumOf(pairs.totals, kKin);
  // Seen across sites, but as frequent within them.
  const double unseen_anywhere =
      start.among_matches * share_with_dates_ * SumOf(across_.totals, kMatch);
  double credible = 1;
  if (Together(which) == kMatch) credible = rates_.credible_matches();
  if (Together(which) == kDuplicate) credible = rates_.credible_duplicates();
  return (pairs.totals[which] * credible + unseen) / std::max(1.0, pairs.comparisons) +
         unseen_anywhere / across_.comparisons;
}

double ScoreModel::TrustInFamiliesWithin() const {
  if (within_.comparisons <= 0) return 0;
  double families = 1;
  for (size_t which = kKin; which < kDuplicate; ++which) families += within_.totals[which];
  // Where sites are full of duplicates, some of these look like families.
  return kFamiliesWithin * families / (families + SumOf(within_.totals, kDuplicate));
}

void ScoreModel::LearnPriors() {
  const double trust = TrustInFamiliesWithin();
  for (Pairs* pairs : {&across_, &within_}) {
    double related = 0;
    for (size_t which = 0; which < kChance; ++which) {
      double share = ShareOf(ClassAt(which), *pairs);
      if (IsOfFamilies(ClassAt(which)) && pairs == &across_ && trust > 0) {
        share = (share + trust * within_.totals[which] / within_.comparisons) / (1 + trust);
      }
      pairs->priors[which] =
          IsIn(ClassAt(which), *pairs) ? std::clamp(share, 1e-12, kHighestPrior) : 0;
      related += pairs->priors[which];
    }
    pairs->priors[kChance] = std::max(0.1, 1 - related);
    pairs->log_priors = LogsOf(pairs->priors);
  }
}

void ScoreModel::CountOthers() {
  const auto is_unclear = [](double match) { return match > kUnclear && match < 1 - kUnclear; };
  const bool first = decoys_counted_ + decoys_explained_ == 0;
  const double scale = within_.comparisons / across_.comparisons;
  auto decoy = within_.patterns.begin();
  for (Pattern& pattern : across_.patterns) {
    while (decoy != within_.patterns.end() && decoy->pattern < pattern.pattern) ++decoy;
    const bool found = decoy != within_.patterns.end() && decoy->pattern == pattern.pattern;
    const double decoys = found ? decoy->count : 0;
    const ClassWeights across = Weigh(pattern.pattern, across_);
    const ClassWeights within = Weigh(pattern.pattern, within_);
    const double others = 1 - SumOf(across, kMatch);
    const double duplicates = SumOf(within, kDuplicate) * rates_.credible_duplicates();
    // How many decoys of no duplicates the classes expect for each pair across sites that is not
    // one person. Chance is the yardstick: it is the same for both.
    const double expected = (1 - duplicates) / others * (across[kChance] / within[kChance]) *
                            (within_.priors[kChance] / across_.priors[kChance]) * scale;
    if (first && is_unclear(1 - others) && std::isfinite(expected)) {
      decoys_counted_ += decoys * (1 - duplicates);
      decoys_explained_ += expected * others * pattern.count;
    }
    // What may be a duplicate as well counts less.
    const double pull = kPullOfOthers + decoys * duplicates;
    const double ratio =
        (pull + decoys * (1 - duplicates)) / (pull + expected * others * pattern.count);
    pattern.others = std::isfinite(ratio) && ratio > 0 ? ratio : 1;
  }
}

void ScoreModel::Iterate() {
  ClassRates::Tallies tallies = rates_.NewTallies();
  Weigh(&across_, &tallies);
  Weigh(&within_, &tallies);
  share_with_dates_ = rates_.ShareWithDates(tallies, SumOf(across_.totals, kMatch));
  rates_.Learn(tallies);
  LearnPriors();
  ++iterations_;
  const double matches = SumOf(across_.totals, kMatch);
  const double duplicates = SumOf(within_.totals, kDuplicate);
  const double change =
      std::abs(matches - expected_matches_) + std::abs(duplicates - expected_duplicates_);
  converged_ = change <= kConverged * std::max(1.0, matches);
  expected_matches_ = matches;
  expected_duplicates_ = duplicates;
}

}  // namespace blindlink
