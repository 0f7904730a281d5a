#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/risk/table_loss.h"
#include "agent/risk/table_risk.h"
#include "blindlink/v1/release_plan.pb.h"

namespace blindlink::agent {

// How rows of this release and of an earlier one can be told apart together.
struct AcrossReleases {
  uint64_t rows = 0;            // in both
  uint32_t smallest_group = 0;  // of rows equal in both
  uint64_t rows_below_k = 0;
};

// All that is said about one table, for people and for programs.
struct RiskReport {
  std::string table;        // file name
  v1::ReleasePlan plan;     // with defaults
  std::string plan_digest;  // hexadecimal
  std::string method;       // how it was generalized; empty: only measured
  std::vector<std::string> dropped_columns;
  std::optional<TableRisk> before;
  TableRisk after;
  std::optional<TableLoss> loss;
  std::optional<AcrossReleases> across;
  std::vector<std::string> above_targets;  // empty: it may be released
};

// What of the plan's targets the figures miss, one sentence each with both numbers.
std::vector<std::string> FindAboveTargets(const v1::PrivacyTargets& targets, const TableRisk& risk,
                                          const std::optional<AcrossReleases>& across);

// Fields as docs/risk.md lists them.
std::string RiskReportToJson(const RiskReport& report);
// A page without scripts that a privacy board can read and print.
std::string RiskReportToHtml(const RiskReport& report);

}  // namespace blindlink::agent
