#include "common/drift/share_change.h"

#include <algorithm>
#include <cmath>

namespace blindlink {
namespace {

// Terms that add less than this to a sum are left out, and all after them, which are smaller.
constexpr double kNegligible = 1e-17;

double LogChoose(double n, double k) {
  return std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1);
}

// P(X >= x) of the number X of marked ones among `drawn`, out of `all` with `marked`. `x` must be
// at least its mean, so that the terms become smaller.
double UpperTail(double x, double drawn, double marked, double all) {
  double term =
      std::exp(LogChoose(marked, x) + LogChoose(all - marked, drawn - x) - LogChoose(all, drawn));
  double sum = 0;
  for (const double most = std::min(drawn, marked); x <= most; ++x) {
    sum += term;
    if (term <= sum * kNegligible) break;
    term *= (marked - x) * (drawn - x) / ((x + 1) * (all - marked - drawn + x + 1));
  }
  return sum;
}

}  // namespace

CountedShare Pooled(absl::Span<const CountedShare> shares) {
  CountedShare sum;
  for (const CountedShare& share : shares) {
    sum.of += share.of;
    sum.all += share.all;
  }
  return sum;
}

double EffectSize(double a, double b) {
  const auto angle = [](double share) { return std::asin(std::sqrt(std::clamp(share, 0.0, 1.0))); };
  return 2 * std::abs(angle(a) - angle(b));
}

double DesignEffect(absl::Span<const CountedShare> shares) {
  const double share = Pooled(shares).value();
  if (shares.size() < 2 || share <= 0 || share >= 1) return 1;
  double chi_square = 0;
  for (const CountedShare& each : shares) {
    if (each.all <= 0) continue;
    const double off = each.of - each.all * share;
    chi_square += off * off / (each.all * share * (1 - share));
  }
  return std::max(1.0, chi_square / static_cast<double>(shares.size() - 1));
}

double ChanceOfDifference(const CountedShare& a, const CountedShare& b) {
  const CountedShare first{std::round(a.of), std::round(a.all)};
  const CountedShare second{std::round(b.of), std::round(b.all)};
  if (first.all <= 0 || second.all <= 0) return 1;
  const double all = first.all + second.all;
  const double marked = first.of + second.of;
  // Many in one are few in the other: the tail of whichever has more than its part.
  const CountedShare& more = first.value() > second.value() ? first : second;
  return std::min(1.0, 2 * UpperTail(more.of, more.all, marked, all));
}

}  // namespace blindlink
