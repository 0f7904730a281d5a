#include "agent/synthetic/closeness.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <unordered_map>

#include "agent/synthetic/noisy_counter.h"
#include "agent/synthetic/random_source.h"

namespace blindlink::agent {
namespace {

double Distance(const std::vector<double>& left, double left_rows, const std::vector<double>& right,
                double right_rows) {
  double sum = 0;
  for (size_t i = 0; i < left.size(); ++i) {
    sum += std::abs(left[i] / left_rows - right[i] / right_rows);
  }
  return sum / 2;
}

using Triple = std::array<size_t, 3>;

void AddTriples(const CodedTable& table, const Triple& triple, double sign,
                std::unordered_map<uint64_t, double>* shares) {
  const double share = sign / static_cast<double>(table.rows());
  for (size_t row = 0; row < table.rows(); ++row) {
    uint64_t key = 0;
    for (const size_t column : triple) key = (key << 16) | table.columns[column][row];
    (*shares)[key] += share;
  }
}

std::vector<Triple> RandomTriples(size_t columns) {
  constexpr size_t kTriples = 300;
  std::vector<Triple> triples;
  for (size_t a = 0; a < columns; ++a) {
    for (size_t b = a + 1; b < columns; ++b) {
      for (size_t c = b + 1; c < columns; ++c) triples.push_back({a, b, c});
    }
  }
  const std::unique_ptr<RandomSource> random = SeededRandom(1);
  for (size_t i = 0; i < std::min(kTriples, triples.size()); ++i) {
    std::swap(triples[i], triples[i + random->Below(triples.size() - i)]);
  }
  triples.resize(std::min(kTriples, triples.size()));
  return triples;
}

double ThreeWay(const CodedTable& real, const CodedTable& synthetic) {
  const std::vector<Triple> triples = RandomTriples(real.columns.size());
  double sum = 0;
  for (const Triple& triple : triples) {
    std::unordered_map<uint64_t, double> differences;
    AddTriples(real, triple, 1, &differences);
    AddTriples(synthetic, triple, -1, &differences);
    for (const auto& [key, difference] : differences) sum += std::abs(difference) / 2;
  }
  return triples.empty() ? 0 : sum / static_cast<double>(triples.size());
}

}  // namespace

double CramersV(const std::vector<double>& counts, size_t columns) {
  const size_t rows = counts.size() / columns;
  std::vector<double> row_sums(rows), column_sums(columns);
  double total = 0;
  for (size_t i = 0; i < counts.size(); ++i) {
    row_sums[i / columns] += counts[i];
    column_sums[i % columns] += counts[i];
    total += counts[i];
  }
  const auto used = [](const std::vector<double>& sums) {
    return std::count_if(sums.begin(), sums.end(), [](double sum) { return sum > 0; });
  };
  const auto smaller = std::min(used(row_sums), used(column_sums)) - 1;
  if (total == 0 || smaller < 1) return 0;
  double chi_square = 0;
  for (size_t i = 0; i < counts.size(); ++i) {
    const double expected = row_sums[i / columns] * column_sums[i % columns] / total;
    if (expected > 0) chi_square += (counts[i] - expected) * (counts[i] - expected) / expected;
  }
  return std::sqrt(chi_square / total / static_cast<double>(smaller));
}

Closeness CompareTables(const CodedTable& real, const CodedTable& synthetic) {
  Closeness closeness;
  const auto real_rows = static_cast<double>(real.rows());
  const auto rows = static_cast<double>(synthetic.rows());
  const size_t columns = real.columns.size();
  if (real_rows == 0 || rows == 0) return closeness;
  for (size_t c = 0; c < columns; ++c) {
    closeness.columns.push_back(
        Distance(CountColumn(real, c), real_rows, CountColumn(synthetic, c), rows));
    closeness.one_way += closeness.columns.back() / static_cast<double>(columns);
    closeness.one_way_max = std::max(closeness.one_way_max, closeness.columns.back());
  }
  const double pairs = static_cast<double>(columns * (columns - 1)) / 2;
  for (size_t a = 0; a < columns; ++a) {
    for (size_t b = a + 1; b < columns; ++b) {
      const std::vector<double> left = CountPair(real, {a, b}),
                                right = CountPair(synthetic, {a, b});
      const double distance = Distance(left, real_rows, right, rows);
      closeness.two_way += distance / pairs;
      closeness.two_way_max = std::max(closeness.two_way_max, distance);
      closeness.cramers_v +=
          std::abs(CramersV(left, real.sizes[b]) - CramersV(right, real.sizes[b])) / pairs;
    }
  }
  closeness.three_way = ThreeWay(real, synthetic);
  return closeness;
}

}  // namespace blindlink::agent
