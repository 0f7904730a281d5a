#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "agent/risk/equal_rows.h"
#include "agent/risk/population_risk.h"
#include "agent/risk/quasi_table.h"
#include "agent/risk/recoding_problem.h"

namespace blindlink::agent {

// Thresholds of guidelines: groups of 20, 11, 5 and 3.
inline constexpr std::array<double, 4> kRiskThresholds = {0.05, 0.09, 0.2, 0.33};

struct AttackerRisk {
  double highest = 0;
  double average = 0;
  // Per threshold: the share of released rows with a risk above it (compared to two digits).
  std::array<double, kRiskThresholds.size()> share_above{};
};

struct SensitiveFigures {
  std::string column;
  uint32_t least_distinct = 0;  // l of distinct l-diversity
  double least_entropy = 0;     // l of entropy l-diversity: exp of the least entropy
  double largest_distance = 0;  // t, equal distances
};

// What an attacker can do with a table. Rows without any quasi-identifier left ("suppressed") are
// in no group; for averages over all rows they are one.
struct TableRisk {
  uint64_t rows = 0;
  uint64_t suppressed = 0;
  uint64_t groups = 0;
  uint32_t smallest_group = 0;
  uint64_t unique_rows = 0;
  double average_group = 0;
  SizeCounts sizes;
  // Prosecutor: knows that the person is in the table. Average: over all rows.
  AttackerRisk prosecutor;
  // Journalist: does not; the risk is that of the population's group.
  AttackerRisk journalist;
  // Marketer: the expected share of released rows that are matched rightly if all are tried.
  double marketer = 0;
  double sampling_fraction = 1;
  UniqueEstimate population_uniques;
  std::vector<SensitiveFigures> sensitive;

  uint64_t RowsBelow(uint32_t size) const;
};

// `population`: 0 if the table is the population. `names`: of the sensitive columns in `sensitive`.
TableRisk MeasureRisk(const EqualRows& groups, uint64_t population,
                      const std::vector<SensitiveRule>& sensitive,
                      const std::vector<std::string>& names);

}  // namespace blindlink::agent
