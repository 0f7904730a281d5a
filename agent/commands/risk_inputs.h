#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "agent/clinical/release_plan/release_plan.h"
#include "agent/risk/person_table.h"
#include "agent/risk/quasi_table.h"
#include "agent/risk/risk_report.h"

namespace blindlink::agent {

// What `anonymize` and `risk` read.
struct RiskInputs {
  ReleasePlan plan;
  QuasiColumns columns;
  PersonTable table;
  std::vector<SensitiveRule> sensitive;
  std::vector<std::string> sensitive_names;
};

// Reads the plan, its hierarchies and the table, with progress on standard error.
absl::StatusOr<RiskInputs> ReadRiskInputs(const std::string& plan_file,
                                          const std::string& table_file);

// Reads a table with progress on standard error.
absl::StatusOr<PersonTable> ReadTableWithProgress(const std::string& path);

// With what is known before anything is measured.
RiskReport StartReport(const RiskInputs& inputs);

// Writes report.html and report.json into a folder that exists.
absl::Status WriteReport(const RiskReport& report, const std::filesystem::path& folder);

// A few lines on standard output.
std::string RiskSummary(const RiskReport& report);

}  // namespace blindlink::agent
