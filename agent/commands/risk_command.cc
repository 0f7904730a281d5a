#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "agent/commands/commands.h"
#include "agent/commands/risk_inputs.h"
#include "agent/commands/risk_tables.h"
#include "agent/risk/risk_report.h"
#include "agent/risk/row_alignment.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"
#include "common/cli/report_output.h"

namespace blindlink::agent {
namespace {

struct RiskFlags {
  std::string release;
  std::string table;
  std::string original;
  std::string earlier;
  std::string key;
  std::string out;
  std::string json;
  ItemFlags items;
  CountFlags counts;
};

TableRisk Measure(const RiskInputs& inputs, const QuasiTable& cells,
                  const std::vector<SensitiveRule>& sensitive) {
  return MeasureRisk(FindEqualRows(cells), inputs.plan.proto().targets().population(), sensitive,
                     inputs.sensitive_names);
}

// Measures against the original: rows that are missing in the table count as suppressed.
absl::Status MeasureAgainst(const RiskFlags& flags, const RiskInputs& inputs,
                            const QuasiTable& cells, RiskReport* report) {
  BL_ASSIGN_OR_RETURN(const PersonTable original, ReadTableWithProgress(flags.original));
  BL_ASSIGN_OR_RETURN(const QuasiTable before,
                      FindCells(inputs.columns, original, /*any_level=*/false));
  BL_ASSIGN_OR_RETURN(const std::vector<uint32_t> rows,
                      AlignRows(original, inputs.table, flags.key));
  BL_ASSIGN_OR_RETURN(const std::vector<SensitiveRule> sensitive,
                      FindSensitive(inputs.plan.proto().targets(), original));
  const QuasiTable after = TakeRows(cells, rows);
  report->before = Measure(inputs, before, sensitive);
  report->after = Measure(inputs, after, sensitive);
  BL_ASSIGN_OR_RETURN(report->loss,
                      MeasureLoss(inputs.columns, before, after, FindEqualRows(after)));
  return absl::OkStatus();
}

absl::Status MeasureWithEarlier(const RiskFlags& flags, const RiskInputs& inputs,
                                const QuasiTable& cells, RiskReport* report) {
  BL_ASSIGN_OR_RETURN(const PersonTable earlier, ReadTableWithProgress(flags.earlier));
  BL_ASSIGN_OR_RETURN(const QuasiTable then,
                      FindCells(inputs.columns, earlier, /*any_level=*/true));
  BL_ASSIGN_OR_RETURN(const std::vector<uint32_t> rows,
                      AlignRows(inputs.table, earlier, flags.key));
  const QuasiTable both = SideBySide(cells, then, rows);
  const TableRisk risk = MeasureRisk(FindEqualRows(both), 0, {}, {});
  report->across = AcrossReleases{risk.rows, risk.smallest_group,
                                  risk.RowsBelow(inputs.plan.proto().targets().k())};
  return absl::OkStatus();
}

absl::Status MeasureTable(const RiskFlags& flags) {
  BL_ASSIGN_OR_RETURN(const RiskInputs inputs, ReadRiskInputs(flags.release, flags.table));
  if (!flags.counts.columns.empty()) {
    return PrintCounts(flags.counts, inputs);
  }
  BL_ASSIGN_OR_RETURN(const QuasiTable cells,
                      FindCells(inputs.columns, inputs.table, /*any_level=*/true));
  RiskReport report = StartReport(inputs);
  report.after = Measure(inputs, cells, inputs.sensitive);
  if (!flags.original.empty()) {
    BL_RETURN_IF_ERROR(MeasureAgainst(flags, inputs, cells, &report));
  }
  if (!flags.earlier.empty()) {
    BL_RETURN_IF_ERROR(MeasureWithEarlier(flags, inputs, cells, &report));
  }
  report.above_targets =
      FindAboveTargets(inputs.plan.proto().targets(), report.after, report.across);
  BL_RETURN_IF_ERROR(PrintReport(RiskSummary(report), RiskReportToJson(report), flags.json));
  if (!flags.out.empty()) {
    BL_RETURN_IF_ERROR(MakePrivateFolder(flags.out));
    BL_RETURN_IF_ERROR(WriteReport(report, flags.out));
  }
  if (report.above_targets.empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(flags.table,
                                                    " is above the plan's targets:\n  ",
                                                    absl::StrJoin(report.above_targets, "\n  ")));
}

absl::Status RunRisk(const RiskFlags& flags) {
  if (!flags.items.file.empty()) return PrintItemRisk(flags.items, flags.json);
  if (flags.release.empty() || flags.table.empty()) {
    return absl::InvalidArgumentError(
        "name --release and --table, or --items with --person and --item");
  }
  return MeasureTable(flags);
}

}  // namespace

Command AddRiskCommand(CLI::App& app) {
  CLI::App* command = app.add_subcommand(
      "risk", "Measure how well persons can be recognized in a table, as it is or generalized");
  auto flags = std::make_shared<RiskFlags>();
  command->add_option("--release", flags->release, "The release plan (.textproto)");
  command->add_option("--table", flags->table, "The table: one row per person, with a header");
  command->add_option("--original", flags->original,
                      "The table that --table was made from; adds what was lost");
  command->add_option("--earlier", flags->earlier,
                      "An earlier release of the same persons; adds the risk of both together");
  command->add_option("--key", flags->key,
                      "The column that says which rows of two tables belong together");
  command->add_option("--out", flags->out, "Folder for report.html and report.json");
  AddItemFlags(*command, &flags->items);
  CLI::Option* count = AddCountFlags(*command, &flags->counts);
  AddJsonFlag(*command, "the figures", &flags->json)->excludes(count);
  command->footer(
      "Examples:\n"
      "  blindlink-agent risk --release plan.textproto --table released.csv \\\n"
      "      --original persons.csv --key record --out report/\n"
      "  blindlink-agent risk --items diagnoses.csv --person record --item code --m 2 --k 5\n"
      "  blindlink-agent risk --release plan.textproto --table persons.csv --count sex,race");
  return {command, [flags] { return RunRisk(*flags); }};
}

}  // namespace blindlink::agent
