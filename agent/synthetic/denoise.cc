#include "agent/synthetic/denoise.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <utility>

namespace blindlink::agent {
namespace {

// A count further than this many standard deviations of noise from what is expected is believed.
constexpr double kBelieved = 4;

struct Fit {
  std::vector<double> values;
  std::vector<double> leverage;  // how much each value counts for its own fit
};

// Local linear regression with a Gaussian kernel; points with weight 0 do not count.
Fit LocalLinear(const std::vector<double>& y, const std::vector<double>& weights,
                double bandwidth) {
  const auto size = static_cast<int>(y.size());
  const int reach = static_cast<int>(std::ceil(3.5 * bandwidth));
  std::vector<double> kernel(reach + 1);
  for (int k = 0; k <= reach; ++k) kernel[k] = std::exp(-0.5 * k * k / (bandwidth * bandwidth));
  Fit fit{std::vector<double>(size), std::vector<double>(size)};
  for (int i = 0; i < size; ++i) {
    double s0 = 0, s1 = 0, s2 = 0, t0 = 0, t1 = 0;
    for (int j = std::max(0, i - reach); j <= std::min(size - 1, i + reach); ++j) {
      const double w = kernel[std::abs(j - i)] * weights[j], x = j - i;
      s0 += w;
      s1 += w * x;
      s2 += w * x * x;
      t0 += w * y[j];
      t1 += w * x * y[j];
    }
    const double determinant = s0 * s2 - s1 * s1;
    if (determinant > 1e-9 * s0 * s0) {
      fit.values[i] = (s2 * t0 - s1 * t1) / determinant;
      fit.leverage[i] = s2 * weights[i] / determinant;
    } else if (s0 > 0) {
      fit.values[i] = t0 / s0;
      fit.leverage[i] = weights[i] / s0;
    }
  }
  return fit;
}

// Mallows' Cp of one value: its expected squared error, up to a constant.
double MallowsCp(double y, const Fit& fit, size_t i, double variance) {
  const double residual = y - fit.values[i];
  return residual * residual + 2 * fit.leverage[i] * variance;
}

constexpr double kBandwidths[] = {0.7, 1, 1.5, 2, 3, 4, 6, 9, 14, 20};

// Each point has the bandwidth that does best in its neighbourhood, so that a curve may be steep in
// one place and flat in another.
std::vector<double> SmoothCurve(const std::vector<double>& counts, double variance,
                                const std::vector<double>& weights) {
  constexpr int kReach = 10;
  const auto size = static_cast<int>(counts.size());
  std::vector<double> best(counts.size()), least(counts.size(), -1), errors(counts.size());
  for (const double bandwidth : kBandwidths) {
    const Fit fit = LocalLinear(counts, weights, bandwidth);
    for (int i = 0; i < size; ++i) {
      const double chance = std::max(fit.values[i], 0.0) + variance;
      errors[i] = weights[i] * MallowsCp(counts[i], fit, i, chance);
    }
    for (int i = 0; i < size; ++i) {
      double sum = 0;
      for (int j = std::max(0, i - kReach); j <= std::min(size - 1, i + kReach); ++j) {
        sum += errors[j] * (kReach + 1 - std::abs(i - j));
      }
      if (least[i] >= 0 && sum >= least[i]) continue;
      least[i] = sum;
      best[i] = std::max(fit.values[i], 0.0);
    }
  }
  return best;
}

double SumOf(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

// Draws the counts that `belongs` to their mean, as far as noise explains how they differ.
void ShrinkGroup(const std::vector<double>& counts, double variance,
                 const std::function<bool(double)>& belongs, std::vector<double>* shrunk) {
  constexpr double kFewest = 4;  // fewer say too little about how the true counts differ
  double number = 0, sum = 0, squares = 0;
  for (const double count : counts) {
    if (!belongs(count)) continue;
    ++number;
    sum += count;
    squares += count * count;
  }
  if (number < kFewest) return;
  const double mean = sum / number;
  const double spread = std::max((squares - sum * mean) / (number - 1) - variance, 0.0);
  const double share = spread / (spread + variance);
  for (size_t i = 0; i < counts.size(); ++i) {
    if (belongs(counts[i])) (*shrunk)[i] = mean + share * (counts[i] - mean);
  }
}

// Smooths what `counts` have beyond `expected` along one line of a table, into `expected`.
void SmoothLine(const std::vector<double>& counts, double variance, size_t begin, size_t stride,
                size_t length, std::vector<double>* expected) {
  std::vector<double> residuals(length), variances(length);
  for (size_t i = 0; i < length; ++i) {
    const size_t cell = begin + i * stride;
    residuals[i] = counts[cell] - (*expected)[cell];
    variances[i] = (*expected)[cell] + variance;
  }
  const std::vector<double> smooth = SmoothResiduals(residuals, variances);
  constexpr double kLeast = 0.1;  // of what was expected before, since nothing is impossible
  for (size_t i = 0; i < length; ++i) {
    double& cell = (*expected)[begin + i * stride];
    cell = std::max(cell + smooth[i], kLeast * cell);
  }
}

}  // namespace

std::vector<double> ProjectToTotal(std::vector<double> counts, double total) {
  std::vector<double> sorted = counts;
  std::sort(sorted.begin(), sorted.end(), std::greater<>());
  double sum = 0, cut = 0;
  for (size_t k = 0; k < sorted.size(); ++k) {
    sum += sorted[k];
    const double candidate = (sum - total) / static_cast<double>(k + 1);
    if (sorted[k] - candidate > 0) cut = candidate;
  }
  for (double& count : counts) count = std::max(count - cut, 0.0);
  return counts;
}

void Rake(const std::vector<double>& row_sums, const std::vector<double>& column_sums,
          std::vector<double>* table) {
  constexpr int kRounds = 60;
  constexpr double kLeast = 1e-6;  // so that a row of zeros can be scaled
  const size_t width = column_sums.size();
  for (double& cell : *table) cell = std::max(cell, kLeast);
  std::vector<double> sums(width);
  for (int round = 0; round < kRounds; ++round) {
    std::fill(sums.begin(), sums.end(), 0.0);
    for (size_t row = 0; row < row_sums.size(); ++row) {
      double* const cells = table->data() + row * width;
      const double factor =
          row_sums[row] / std::max(std::accumulate(cells, cells + width, 0.0), 1e-12);
      for (size_t c = 0; c < width; ++c) sums[c] += cells[c] *= factor;
    }
    for (size_t c = 0; c < width; ++c) sums[c] = column_sums[c] / std::max(sums[c], 1e-12);
    for (size_t cell = 0; cell < table->size(); ++cell) (*table)[cell] *= sums[cell % width];
  }
}

std::vector<double> SmoothResiduals(const std::vector<double>& residuals,
                                    const std::vector<double>& variances) {
  const std::vector<double> weights(residuals.size(), 1.0);
  std::vector<double> best(residuals.size(), 0.0);
  double best_error = 0;
  for (const double residual : residuals) best_error += residual * residual;
  for (const double bandwidth : kBandwidths) {
    Fit fit = LocalLinear(residuals, weights, bandwidth);
    double error = 0;
    for (size_t i = 0; i < residuals.size(); ++i) {
      error += MallowsCp(residuals[i], fit, i, variances[i]);
    }
    if (error < best_error) {
      best_error = error;
      best = std::move(fit.values);
    }
  }
  return best;
}

std::vector<double> SmoothCounts(const std::vector<double>& counts, double variance) {
  std::vector<double> weights(counts.size(), 1.0);
  std::vector<double> curve = SmoothCurve(counts, variance, weights);
  const auto is_peak = [&](size_t i) {
    return std::abs(counts[i] - curve[i]) > kBelieved * std::sqrt(curve[i] + variance);
  };
  for (size_t i = 0; i < counts.size(); ++i) weights[i] = is_peak(i) ? 0 : 1;
  curve = SmoothCurve(counts, variance, weights);
  for (size_t i = 0; i < counts.size(); ++i) {
    const double share = is_peak(i) ? 1 : curve[i] / (curve[i] + variance);
    curve[i] += share * (counts[i] - curve[i]);
  }
  return curve;
}

std::vector<double> ShrinkCounts(const std::vector<double>& counts, double variance) {
  constexpr double kSmall = 3;
  const double limit = kSmall * std::sqrt(variance);
  std::vector<double> shrunk = counts;
  ShrinkGroup(
      counts, variance, [&](double count) { return count < limit; }, &shrunk);
  ShrinkGroup(
      counts, variance, [&](double count) { return count >= limit; }, &shrunk);
  return shrunk;
}

std::vector<double> ShrinkToExpected(const TableShape& shape, const std::vector<double>& counts,
                                     double variance, std::vector<double> expected) {
  if (variance == 0) return counts;
  if (shape.smooth_rows) {
    for (size_t c = 0; c < shape.columns; ++c) {
      SmoothLine(counts, variance, c, shape.columns, shape.rows, &expected);
    }
  }
  if (shape.smooth_columns) {
    for (size_t r = 0; r < shape.rows; ++r) {
      SmoothLine(counts, variance, r * shape.columns, 1, shape.columns, &expected);
    }
  }
  // True counts vary around what is expected in proportion to it; by how much is in the data.
  double beyond = 0;
  for (size_t i = 0; i < counts.size(); ++i) {
    beyond += (counts[i] - expected[i]) * (counts[i] - expected[i]) - variance;
  }
  const double factor = std::max(beyond, 0.0) / std::max(SumOf(expected), 1.0);
  const double limit = kBelieved * std::sqrt(variance);
  for (size_t i = 0; i < counts.size(); ++i) {
    const double difference = counts[i] - expected[i], signal = factor * expected[i];
    const double share = std::abs(difference) > limit ? 1 : signal / (signal + variance);
    expected[i] += share * difference;
  }
  return expected;
}

}  // namespace blindlink::agent
