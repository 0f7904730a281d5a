#include "resolver/review/sample_quality.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>
#include <set>

namespace blindlink::resolver {
namespace {

constexpr int kDraws = 4000;
constexpr double kTail = 0.025;

// Links in a stratum: the estimate, and draws for either end of the interval.
struct Links {
  double estimate = 0;
  std::vector<double> low;
  std::vector<double> high;
};

double BetaOf(double a, double b, std::mt19937_64* random) {
  const double x = std::gamma_distribution<double>(a)(*random);
  const double y = std::gamma_distribution<double>(b)(*random);
  return x + y > 0 ? x / (x + y) : 0.5;
}

Links LinksOf(const v1::SampleStratum& stratum, std::mt19937_64* random) {
  const double read = stratum.links() + stratum.do_not_links();
  const auto all = static_cast<double>(stratum.pairs());
  const int64_t unread =
      std::max<int64_t>(0, static_cast<int64_t>(stratum.pairs()) -
                               (int64_t{stratum.links()} + stratum.do_not_links()));
  Links links;
  links.estimate = all * stratum.links() / read;
  for (int draw = 0; draw < kDraws; ++draw) {
    const double share = BetaOf(stratum.links() + 0.5, stratum.do_not_links() + 0.5, random);
    const auto more = std::binomial_distribution<int64_t>(unread, share)(*random);
    const double drawn = stratum.links() + static_cast<double>(more);
    links.low.push_back(stratum.links() == 0 ? 0 : drawn);
    links.high.push_back(stratum.do_not_links() == 0 ? all : drawn);
  }
  return links;
}

double QuantileOf(std::vector<double> values, double share) {
  const auto at = values.begin() + static_cast<ptrdiff_t>(
                                       std::floor(share * static_cast<double>(values.size() - 1)));
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

// The links inside and outside a set of strata.
struct Sums {
  double pairs = 0;
  double inside = 0, outside = 0;
  double expected_inside = 0, expected_outside = 0;
  std::vector<double> inside_low, inside_high, outside_low, outside_high;
};

void AddTo(std::vector<double>* sums, const std::vector<double>& values) {
  for (size_t i = 0; i < values.size(); ++i) (*sums)[i] += values[i];
}

double Ratio(double part, double all) { return all > 0 ? part / all : 0; }

v1::QualityRow RowOf(const Sums& sums) {
  v1::QualityRow row;
  row.set_pairs(static_cast<uint64_t>(sums.pairs));
  row.set_ppv(Ratio(sums.inside, sums.pairs));
  row.set_ppv_low(Ratio(QuantileOf(sums.inside_low, kTail), sums.pairs));
  row.set_ppv_high(Ratio(QuantileOf(sums.inside_high, 1 - kTail), sums.pairs));
  row.set_sensitivity(Ratio(sums.inside, sums.inside + sums.outside));
  std::vector<double> low;
  std::vector<double> high;
  for (size_t i = 0; i < sums.inside_low.size(); ++i) {
    low.push_back(Ratio(sums.inside_low[i], sums.inside_low[i] + sums.outside_high[i]));
    high.push_back(Ratio(sums.inside_high[i], sums.inside_high[i] + sums.outside_low[i]));
  }
  row.set_sensitivity_low(QuantileOf(low, kTail));
  row.set_sensitivity_high(QuantileOf(high, 1 - kTail));
  row.set_expected_ppv(Ratio(sums.expected_inside, sums.pairs));
  row.set_expected_sensitivity(
      Ratio(sums.expected_inside, sums.expected_inside + sums.expected_outside));
  return row;
}

v1::QualityRow Estimate(absl::Span<const v1::SampleStratum> strata, const std::vector<Links>& links,
                        const std::function<bool(const v1::SampleStratum&)>& is_inside) {
  Sums sums;
  for (auto* draws : {&sums.inside_low, &sums.inside_high, &sums.outside_low, &sums.outside_high}) {
    draws->resize(kDraws);
  }
  for (size_t i = 0; i < strata.size(); ++i) {
    const bool inside = is_inside(strata[i]);
    if (inside) sums.pairs += static_cast<double>(strata[i].pairs());
    (inside ? sums.inside : sums.outside) += links[i].estimate;
    (inside ? sums.expected_inside : sums.expected_outside) += strata[i].expected_links();
    AddTo(inside ? &sums.inside_low : &sums.outside_low, links[i].low);
    AddTo(inside ? &sums.inside_high : &sums.outside_high, links[i].high);
  }
  return RowOf(sums);
}

}  // namespace

std::vector<v1::QualityRow> EstimateQuality(absl::Span<const v1::SampleStratum> strata) {
  constexpr uint64_t kSeed = 1;  // any: the draws only approximate integrals
  std::mt19937_64 random(kSeed);
  std::vector<Links> links;
  std::set<double> thresholds;
  for (const v1::SampleStratum& stratum : strata) {
    if (stratum.links() + stratum.do_not_links() == 0) return {};
    links.push_back(LinksOf(stratum, &random));
    thresholds.insert(stratum.low());
  }
  std::vector<v1::QualityRow> rows;
  if (strata.empty()) return rows;
  rows.push_back(Estimate(strata, links, [](const auto& stratum) { return stratum.matched(); }));
  rows.back().set_as_decided(true);
  for (const double threshold : thresholds) {
    rows.push_back(Estimate(strata, links, [threshold](const v1::SampleStratum& stratum) {
      return stratum.low() >= threshold;
    }));
    rows.back().set_threshold(threshold);
  }
  return rows;
}

}  // namespace blindlink::resolver
