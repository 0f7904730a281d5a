#include "resolver/review/review_sample.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <random>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "resolver/review/named_pair.h"

namespace blindlink::resolver {
namespace {

constexpr uint32_t kFewestPairs = 10;
constexpr uint32_t kMostPairs = 5000;
// The lowest scores of the strata; the threshold's bounds are among them (common/score/band.h).
constexpr std::array kEdges = {0.0, 0.2, 0.35, 0.5, 0.65, 0.75, 0.85, 0.95, 0.99};
// That a score may be wrong keeps strata from being left out: nobody would notice.
constexpr double kLeastVariance = 0.01;
constexpr uint32_t kLeastPerStratum = 10;

bool IsMatched(const ConsideredPairRow& row) {
  return row.outcome <= PairOutcome::kMatchedApart ||
         row.outcome == PairOutcome::kMatchedByDecision;
}

// Unmatched strata first, each by score.
size_t StratumOf(const ConsideredPairRow& row) {
  const auto above = std::upper_bound(kEdges.begin(), kEdges.end(), row.score);
  const auto edge = static_cast<size_t>(above - kEdges.begin()) - 1;
  return edge + (IsMatched(row) ? kEdges.size() : 0);
}

struct Stratum {
  uint64_t pairs = 0;
  double scores = 0;
  std::vector<uint64_t> drawn;  // numbers of pairs of the stratum, in order
};

using Strata = std::array<Stratum, 2 * kEdges.size()>;

// `count` of the numbers below `all`, in order (Floyd's method).
std::vector<uint64_t> Draw(uint64_t all, uint32_t count, std::mt19937_64* random) {
  std::vector<uint64_t> drawn;
  for (uint64_t last = all - count; last < all; ++last) {
    const uint64_t number = std::uniform_int_distribution<uint64_t>(0, last)(*random);
    const auto at = std::lower_bound(drawn.begin(), drawn.end(), number);
    if (at == drawn.end() || *at != number) {
      drawn.insert(at, number);
    } else {
      drawn.push_back(last);
    }
  }
  return drawn;
}

absl::Status CountStrata(const RunExplanation& run, Strata* strata) {
  return run.ForEachConsidered([&](const ConsideredPairRow& row) {
    Stratum& stratum = (*strata)[StratumOf(row)];
    ++stratum.pairs;
    stratum.scores += row.score;
  });
}

void DrawFrom(uint32_t pairs, std::mt19937_64* random, Strata* strata) {
  std::vector<StratumSize> sizes;
  for (const Stratum& stratum : *strata) {
    const double mean =
        stratum.pairs == 0 ? 0 : stratum.scores / static_cast<double>(stratum.pairs);
    sizes.push_back({stratum.pairs, std::sqrt(mean * (1 - mean) + kLeastVariance)});
  }
  const std::vector<uint32_t> counts = Allocate(sizes, pairs);
  for (size_t i = 0; i < counts.size(); ++i) {
    (*strata)[i].drawn = Draw((*strata)[i].pairs, counts[i], random);
  }
}

struct DrawnPair {
  uint32_t left, right, stratum;
};

absl::StatusOr<std::vector<DrawnPair>> Collect(const RunExplanation& run, const Strata& strata,
                                               const std::vector<uint32_t>& number_of) {
  std::vector<DrawnPair> drawn;
  std::array<uint64_t, 2 * kEdges.size()> seen{};
  BL_RETURN_IF_ERROR(run.ForEachConsidered([&](const ConsideredPairRow& row) {
    const size_t stratum = StratumOf(row);
    const std::vector<uint64_t>& wanted = strata[stratum].drawn;
    if (std::binary_search(wanted.begin(), wanted.end(), seen[stratum]++)) {
      drawn.push_back({row.pair.left, row.pair.right, number_of[stratum]});
    }
  }));
  return drawn;
}

void Describe(const RunExplanation& run, const Strata& strata, storage::v1::StoredSample* out,
              std::vector<uint32_t>* number_of) {
  v1::ReviewSample& sample = *out->mutable_sample();
  sample.set_project(run.run().project());
  sample.set_run(run.run().run());
  number_of->resize(strata.size());
  for (size_t i = 0; i < strata.size(); ++i) {
    if (strata[i].pairs == 0) continue;
    (*number_of)[i] = static_cast<uint32_t>(sample.strata_size());
    const size_t edge = i % kEdges.size();
    v1::SampleStratum& stratum = *sample.add_strata();
    stratum.set_low(kEdges[edge]);
    stratum.set_high(edge + 1 < kEdges.size() ? kEdges[edge + 1] : 1);
    stratum.set_matched(i >= kEdges.size());
    stratum.set_pairs(strata[i].pairs);
    stratum.set_sampled(static_cast<uint32_t>(strata[i].drawn.size()));
    stratum.set_expected_links(strata[i].scores);
    sample.set_pairs(sample.pairs() + stratum.sampled());
  }
  const v1::ScoreReport& score = run.run().summary().score();
  out->set_run_ppv(score.expected_ppv());
  out->set_run_ppv_low(score.expected_ppv_low());
  out->set_run_ppv_high(score.expected_ppv_high());
  out->set_run_sensitivity(score.expected_sensitivity());
}

}  // namespace

std::vector<uint32_t> Allocate(const std::vector<StratumSize>& strata, uint32_t pairs) {
  const auto taken = [&strata](double share, uint32_t least) {
    std::vector<uint32_t> counts;
    for (const StratumSize& stratum : strata) {
      const double wanted = share * static_cast<double>(stratum.pairs) * stratum.deviation;
      const double count = std::max<double>(least, std::floor(wanted));
      counts.push_back(static_cast<uint32_t>(std::min(count, static_cast<double>(stratum.pairs))));
    }
    return counts;
  };
  const auto total = [](const std::vector<uint32_t>& counts) {
    return std::accumulate(counts.begin(), counts.end(), uint64_t{0});
  };
  uint32_t least = kLeastPerStratum;
  while (least > 1 && total(taken(0, least)) > pairs) --least;
  // The largest share that does not take too many.
  double low = 0;
  double high = 1;
  while (high < 1e12 && total(taken(high, least)) <= pairs) high *= 2;
  for (int step = 0; step < 100; ++step) {
    const double middle = (low + high) / 2;
    (total(taken(middle, least)) <= pairs ? low : high) = middle;
  }
  return taken(low, least);
}

absl::StatusOr<storage::v1::StoredSample> DrawSample(const RunExplanation& run, uint32_t pairs,
                                                     uint64_t seed) {
  if (pairs < kFewestPairs || pairs > kMostPairs) {
    return absl::InvalidArgumentError(
        absl::StrCat("pairs: expected ", kFewestPairs, " to ", kMostPairs));
  }
  if (!run.has_score()) {
    return absl::FailedPreconditionError(
        "rules decided this run, so it has no scores to sample by: use a plan that scores");
  }
  Strata strata;
  BL_RETURN_IF_ERROR(CountStrata(run, &strata));
  std::mt19937_64 random(seed);
  DrawFrom(pairs, &random, &strata);
  storage::v1::StoredSample sample;
  std::vector<uint32_t> number_of;
  Describe(run, strata, &sample, &number_of);
  if (sample.sample().pairs() == 0) {
    return absl::FailedPreconditionError("the run kept no pairs to sample");
  }
  BL_ASSIGN_OR_RETURN(std::vector<DrawnPair> drawn, Collect(run, strata, number_of));
  std::shuffle(drawn.begin(), drawn.end(), random);
  for (const DrawnPair& pair : drawn) {
    BL_ASSIGN_OR_RETURN(const NamedRecord left, run.RecordAt(pair.left));
    BL_ASSIGN_OR_RETURN(const NamedRecord right, run.RecordAt(pair.right));
    storage::v1::StoredSampledPair& stored = *sample.add_pairs();
    *stored.mutable_left() = StoredOf(left);
    *stored.mutable_right() = StoredOf(right);
    stored.set_stratum(pair.stratum);
  }
  return sample;
}

}  // namespace blindlink::resolver
