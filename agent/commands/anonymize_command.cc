#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "agent/clinical/release_plan/release_plan.h"
#include "agent/commands/commands.h"
#include "agent/commands/risk_inputs.h"
#include "agent/risk/delimited_file.h"
#include "agent/risk/full_domain.h"
#include "agent/risk/local_recoding.h"
#include "agent/risk/risk_report.h"
#include "common/base/files.h"
#include "common/base/partial_file.h"
#include "common/base/status_macros.h"
#include "common/cli/report_output.h"
#include "common/telemetry/progress.h"

namespace blindlink::agent {
namespace {

struct AnonymizeFlags {
  std::string release;
  std::string table;
  std::string out;
  std::string method = "local";
  std::vector<std::string> keep;
  int threads = 2;
  std::string json;
};

constexpr size_t kManyRows = 262'144;

absl::StatusOr<QuasiTable> Search(const AnonymizeFlags& flags, const RiskInputs& inputs,
                                  const RecodingProblem& problem) {
  Progress progress("generalizing", "rows", problem.row_count);
  const auto tell = [&](double share) {
    progress.Set(static_cast<uint64_t>(share * static_cast<double>(problem.row_count)), share);
  };
  if (flags.method == "full-domain") {
    return RecodeFullDomain(problem, inputs.plan.proto().targets().max_suppressed(), tell);
  }
  LocalRecodingOptions options;
  options.threads = flags.threads;
  if (problem.row_count > kManyRows) options.part /= 2;
  BL_ASSIGN_OR_RETURN(const Grouping groups, RecodeLocally(problem, options, tell));
  return Generalize(problem, groups);
}

// A column of the released table: a quasi-identifier, or one that stays as it is.
struct OutColumn {
  const TableColumn* column;
  size_t quasi;  // its index among the quasi-identifiers, or their number
};

std::vector<OutColumn> ChooseColumns(const AnonymizeFlags& flags, const RiskInputs& inputs,
                                     std::vector<std::string>* dropped) {
  std::vector<OutColumn> out;
  const auto& quasi = inputs.columns.columns;
  for (const TableColumn& column : inputs.table.columns) {
    size_t q = 0;
    while (q < quasi.size() && quasi[q].name != column.name) ++q;
    bool stays = q < quasi.size() ||
                 std::find(flags.keep.begin(), flags.keep.end(), column.name) != flags.keep.end();
    for (const std::string& name : inputs.sensitive_names) stays |= name == column.name;
    if (stays) {
      out.push_back({&column, q});
    } else {
      dropped->push_back(column.name);
    }
  }
  return out;
}

absl::Status WriteTable(const std::filesystem::path& path, const RiskInputs& inputs,
                        const std::vector<OutColumn>& columns, const QuasiTable& released) {
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<PartialFile> file, PartialFile::Create(path));
  std::vector<absl::string_view> fields;
  fields.reserve(columns.size());
  std::string text;
  for (const OutColumn& column : columns) fields.push_back(column.column->name);
  AppendDelimitedRow(fields, inputs.table.delimiter, &text);
  for (size_t i = 0; i < inputs.table.row_count; ++i) {
    fields.clear();
    for (const OutColumn& column : columns) {
      if (column.quasi < released.width) {
        const Hierarchy& tree = inputs.columns.columns[column.quasi].tree;
        fields.push_back(tree.name(released.row(i)[column.quasi]));
      } else {
        fields.push_back(column.column->values[column.column->rows[i]]);
      }
    }
    AppendDelimitedRow(fields, inputs.table.delimiter, &text);
    if (text.size() > (size_t{1} << 20)) {
      BL_RETURN_IF_ERROR(file->Append(text));
      text.clear();
    }
  }
  BL_RETURN_IF_ERROR(file->Append(text));
  return file->Finish();
}

absl::Status CheckKept(const AnonymizeFlags& flags, const PersonTable& table) {
  for (const std::string& name : flags.keep) {
    if (const auto column = table.Column(name); !column.ok()) return column.status();
  }
  return absl::OkStatus();
}

absl::Status Anonymize(const AnonymizeFlags& flags) {
  BL_ASSIGN_OR_RETURN(RiskInputs inputs, ReadRiskInputs(flags.release, flags.table));
  BL_RETURN_IF_ERROR(CheckKept(flags, inputs.table));
  const v1::PrivacyTargets& targets = inputs.plan.proto().targets();
  BL_ASSIGN_OR_RETURN(const QuasiTable original,
                      FindCells(inputs.columns, inputs.table, /*any_level=*/false));
  const RecodingProblem problem = MakeProblem(inputs.columns, original, targets, inputs.sensitive);
  if (problem.row_count < problem.k) {
    return absl::FailedPreconditionError(
        absl::StrCat(flags.table, " has ", problem.row_count, " persons, fewer than the ",
                     problem.k, " that every group must have; nothing is released"));
  }
  BL_ASSIGN_OR_RETURN(const QuasiTable released, Search(flags, inputs, problem));
  const EqualRows groups = FindEqualRows(released);
  RiskReport report = StartReport(inputs);
  report.method = flags.method;
  report.before = MeasureRisk(FindEqualRows(original), targets.population(), inputs.sensitive,
                              inputs.sensitive_names);
  report.after =
      MeasureRisk(groups, targets.population(), inputs.sensitive, inputs.sensitive_names);
  BL_ASSIGN_OR_RETURN(report.loss, MeasureLoss(inputs.columns, original, released, groups));
  report.above_targets = FindAboveTargets(targets, report.after, std::nullopt);
  const std::vector<OutColumn> columns = ChooseColumns(flags, inputs, &report.dropped_columns);
  if (!report.above_targets.empty()) {
    return absl::FailedPreconditionError(
        absl::StrCat("nothing is released, since the best table that was found is above the "
                     "plan's targets:\n  ",
                     absl::StrJoin(report.above_targets, "\n  ")));
  }
  const std::filesystem::path folder(flags.out);
  BL_RETURN_IF_ERROR(MakePrivateFolder(folder));
  BL_RETURN_IF_ERROR(WriteReport(report, folder));
  BL_RETURN_IF_ERROR(WriteTable(folder / "released.csv", inputs, columns, released));
  return PrintReport(RiskSummary(report), RiskReportToJson(report), flags.json);
}

}  // namespace

Command AddAnonymizeCommand(CLI::App& app) {
  CLI::App* command = app.add_subcommand(
      "anonymize", "Generalize a table of persons until it meets a release plan's privacy targets");
  auto flags = std::make_shared<AnonymizeFlags>();
  command->add_option("--release", flags->release, "The release plan (.textproto)")->required();
  command->add_option("--table", flags->table, "The table: one row per person, with a header")
      ->required();
  command->add_option("--out", flags->out, "Folder for released.csv, report.html and report.json")
      ->required();
  command->add_option(
      "--keep", flags->keep,
      "A column to release as it is besides those of the plan (repeat it for more)");
  command
      ->add_option("--method", flags->method,
                   "local: each person as detailed as possible; full-domain: one level per column")
      ->check(CLI::IsMember({"local", "full-domain"}))
      ->capture_default_str();
  command->add_option("--threads", flags->threads, "Threads")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  AddJsonFlag(*command, "the figures", &flags->json);
  command->footer(
      "Example:\n  blindlink-agent anonymize --release plan.textproto --table persons.csv \\\n"
      "      --keep record --out released/");
  return {command, [flags] { return Anonymize(*flags); }};
}

}  // namespace blindlink::agent
