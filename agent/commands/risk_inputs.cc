#include "agent/commands/risk_inputs.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/base/files.h"
#include "common/base/hex.h"
#include "common/base/status_macros.h"
#include "common/telemetry/progress.h"

namespace blindlink::agent {

absl::StatusOr<PersonTable> ReadTableWithProgress(const std::string& path) {
  Progress progress("reading", "rows", 0);
  return ReadPersonTable(path, [&](uint64_t rows, double share) { progress.Set(rows, share); });
}

absl::StatusOr<RiskInputs> ReadRiskInputs(const std::string& plan_file,
                                          const std::string& table_file) {
  BL_ASSIGN_OR_RETURN(ReleasePlan plan, ReleasePlan::Load(plan_file));
  BL_ASSIGN_OR_RETURN(QuasiColumns columns,
                      ReadQuasiColumns(plan.proto(), [&](const std::string& name) {
                        return plan.Beside(name).string();
                      }));
  BL_ASSIGN_OR_RETURN(PersonTable table, ReadTableWithProgress(table_file));
  BL_ASSIGN_OR_RETURN(std::vector<SensitiveRule> sensitive,
                      FindSensitive(plan.proto().targets(), table));
  std::vector<std::string> names;
  for (const v1::SensitiveColumn& column : plan.proto().targets().sensitive()) {
    names.push_back(column.column());
  }
  return RiskInputs{std::move(plan), std::move(columns), std::move(table), std::move(sensitive),
                    std::move(names)};
}

RiskReport StartReport(const RiskInputs& inputs) {
  RiskReport report;
  report.table = std::filesystem::path(inputs.table.path).filename().string();
  report.plan = inputs.plan.proto();
  report.plan_digest = HexEncode(AsView(inputs.plan.digest()));
  return report;
}

absl::Status WriteReport(const RiskReport& report, const std::filesystem::path& folder) {
  BL_RETURN_IF_ERROR(WriteFileAtomically(folder / "report.json", RiskReportToJson(report), 0600));
  return WriteFileAtomically(folder / "report.html", RiskReportToHtml(report), 0600);
}

std::string RiskSummary(const RiskReport& report) {
  const TableRisk& risk = report.after;
  std::string text = absl::StrFormat(
      "%u persons in %u groups, the smallest of %u; %u with nothing left\n"
      "risk: prosecutor %.4f at most, %.4f on average; journalist %.4f at most; marketer %.4f\n",
      risk.rows, risk.groups, risk.smallest_group, risk.suppressed, risk.prosecutor.highest,
      risk.prosecutor.average, risk.journalist.highest, risk.marketer);
  for (const SensitiveFigures& figures : risk.sensitive) {
    absl::StrAppendFormat(&text, "%s: l = %u (entropy %.3f), t = %.4f\n", figures.column,
                          figures.least_distinct, figures.least_entropy, figures.largest_distance);
  }
  if (report.loss.has_value()) {
    absl::StrAppendFormat(&text, "kept: granularity %.4f, non-uniform entropy %.4f\n",
                          report.loss->granularity, report.loss->entropy_kept);
  }
  return text;
}

}  // namespace blindlink::agent
