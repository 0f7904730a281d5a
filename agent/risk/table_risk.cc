#include "agent/risk/table_risk.h"

#include <algorithm>
#include <cmath>

namespace blindlink::agent {
namespace {

// Adds `rows` rows with this risk.
void Add(double risk, double rows, double all_rows, AttackerRisk* to) {
  to->highest = std::max(to->highest, risk);
  for (size_t i = 0; i < kRiskThresholds.size(); ++i) {
    if (!IsAcceptableRisk(risk, kRiskThresholds[i])) to->share_above[i] += rows / all_rows;
  }
}

SensitiveFigures MeasureSensitive(const EqualRows& groups, const SensitiveRule& rule,
                                  const std::string& name) {
  SensitiveFigures out{name, ~uint32_t{0}, HUGE_VAL, 0};
  std::vector<std::vector<uint32_t>> codes(groups.sizes.size());
  for (size_t i = 0; i < groups.group_of.size(); ++i) {
    if (groups.group_of[i] != EqualRows::kSuppressed) {
      codes[groups.group_of[i]].push_back(rule.codes[i]);
    }
  }
  for (std::vector<uint32_t>& of_group : codes) {
    std::sort(of_group.begin(), of_group.end());
    const auto size = static_cast<double>(of_group.size());
    uint32_t distinct = 0;
    double entropy = 0;
    double above = 0;
    for (size_t i = 0; i < of_group.size();) {
      size_t end = i;
      while (end < of_group.size() && of_group[end] == of_group[i]) ++end;
      const double share = static_cast<double>(end - i) / size;
      entropy -= share * std::log(share);
      above += std::max(0.0, share - rule.share[of_group[i]]);
      ++distinct;
      i = end;
    }
    out.least_distinct = std::min(out.least_distinct, distinct);
    out.least_entropy = std::min(out.least_entropy, std::exp(entropy));
    out.largest_distance = std::max(out.largest_distance, above);
  }
  if (codes.empty()) out = {name, 0, 0, 0};
  return out;
}

}  // namespace

uint64_t TableRisk::RowsBelow(uint32_t size) const {
  uint64_t below = 0;
  for (const auto& [of, count] : sizes) {
    if (of < size) below += of * count;
  }
  return below;
}

TableRisk MeasureRisk(const EqualRows& groups, uint64_t population,
                      const std::vector<SensitiveRule>& sensitive,
                      const std::vector<std::string>& names) {
  TableRisk out;
  out.rows = groups.group_of.size();
  out.suppressed = groups.suppressed;
  out.groups = groups.sizes.size();
  for (const uint32_t size : groups.sizes) ++out.sizes[size];
  const auto released = static_cast<double>(out.rows - out.suppressed);
  if (population > out.rows) {
    out.sampling_fraction = static_cast<double>(out.rows) / static_cast<double>(population);
  }
  if (!out.sizes.empty()) {
    out.smallest_group = out.sizes.begin()->first;
    out.average_group = released / static_cast<double>(out.groups);
  }
  if (out.smallest_group == 1) out.unique_rows = out.sizes[1];
  for (const auto& [size, count] : out.sizes) {
    const double rows = static_cast<double>(size) * static_cast<double>(count);
    const double in_population = ExpectedRisk(size, out.sampling_fraction);
    Add(1.0 / size, rows, released, &out.prosecutor);
    Add(in_population, rows, released, &out.journalist);
    out.marketer += in_population * rows / released;
  }
  const double with_suppressed = static_cast<double>(out.groups) + (out.suppressed > 0 ? 1.0 : 0.0);
  out.prosecutor.average = with_suppressed / static_cast<double>(std::max<uint64_t>(1, out.rows));
  out.journalist.average = out.marketer;
  out.population_uniques = EstimateUniques(out.sizes, out.rows, population);
  for (size_t i = 0; i < sensitive.size(); ++i) {
    out.sensitive.push_back(MeasureSensitive(groups, sensitive[i], names[i]));
  }
  return out;
}

}  // namespace blindlink::agent
