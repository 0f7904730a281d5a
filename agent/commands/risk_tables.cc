#include "agent/commands/risk_tables.h"

#include <algorithm>
#include <cstdio>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "agent/risk/discrete_laplace.h"
#include "agent/risk/item_risk.h"
#include "agent/risk/privacy_budget.h"
#include "agent/risk/small_cells.h"
#include "common/base/json_writer.h"
#include "common/base/status_macros.h"
#include "common/cli/report_output.h"
#include "common/csv/csv_writer.h"

namespace blindlink::agent {
namespace {

constexpr size_t kMostCells = 1'000'000;

// The values of one column that a table of counts shows, and the row's place among them.
struct CountColumn {
  std::vector<std::string> values;
  std::vector<uint32_t> rows;
};

// The values come from the plan's hierarchy, not from the data: that somebody has a rare value must
// not show.
absl::StatusOr<CountColumn> ColumnToCount(const RiskInputs& inputs, const std::string& name) {
  for (const QuasiColumns::Column& column : inputs.columns.columns) {
    if (column.name != name) continue;
    CountColumn out;
    std::vector<uint32_t> place(column.tree.size());
    for (NodeId node = 0; node < column.tree.size(); ++node) {
      if (!column.tree.is_value(node)) continue;
      place[node] = static_cast<uint32_t>(out.values.size());
      out.values.push_back(column.tree.name(node));
    }
    BL_ASSIGN_OR_RETURN(const TableColumn* values, inputs.table.Column(name));
    std::vector<uint32_t> of_value;
    for (size_t i = 0; i < values->values.size(); ++i) {
      const NodeId node = column.tree.Find(values->values[i]);
      if (node == kNoNode || !column.tree.is_value(node)) {
        return absl::InvalidArgumentError(absl::StrCat(inputs.table.path, ", line ",
                                                       values->first_line[i], ", column '", name,
                                                       "': not a value of its hierarchy"));
      }
      of_value.push_back(place[node]);
    }
    for (const uint32_t row : values->rows) out.rows.push_back(of_value[row]);
    return out;
  }
  return absl::InvalidArgumentError(
      absl::StrCat("--count: '", name, "' is no quasi-identifier of the plan"));
}

CountTable CountRows(const CountColumn& first, const CountColumn& second) {
  CountTable table{first.values.size(), second.values.size(), {}};
  table.cells.resize(table.rows * table.columns);
  for (size_t i = 0; i < first.rows.size(); ++i) {
    ++table.cells[first.rows[i] * table.columns + second.rows[i]];
  }
  return table;
}

std::string Text(const std::optional<uint64_t>& count) {
  return count.has_value() ? absl::StrCat(*count) : "";
}

void PrintRow(const std::vector<std::string>& fields) {
  std::string line;
  AppendCsvRow(std::vector<absl::string_view>(fields.begin(), fields.end()), &line);
  fputs(line.c_str(), stdout);
}

void PrintHead(const CountFlags& flags, const CountColumn& second, bool totals) {
  std::vector<std::string> head = {absl::StrJoin(flags.columns, " by ")};
  head.insert(head.end(), second.values.begin(), second.values.end());
  if (totals) head.emplace_back("total");
  PrintRow(head);
}

void PrintHidden(const CountFlags& flags, const CountColumn& first, const CountColumn& second,
                 uint32_t min_cell) {
  const ShownTable shown = HideSmallCells(CountRows(first, second), min_cell);
  PrintHead(flags, second, /*totals=*/true);
  for (size_t r = 0; r < shown.rows; ++r) {
    std::vector<std::string> line = {first.values[r]};
    for (size_t c = 0; c < shown.columns; ++c) {
      line.push_back(Text(shown.cells[r * shown.columns + c]));
    }
    line.push_back(Text(shown.row_totals[r]));
    PrintRow(line);
  }
  std::vector<std::string> last = {"total"};
  for (const auto& total : shown.column_totals) last.push_back(Text(total));
  last.push_back(Text(shown.total));
  PrintRow(last);
}

absl::Status PrintNoisy(const CountFlags& flags, const RiskInputs& inputs, const CountColumn& first,
                        const CountColumn& second) {
  BL_ASSIGN_OR_RETURN(const Fraction epsilon, ParseEpsilon(flags.epsilon));
  if (flags.budget.empty()) {
    return absl::InvalidArgumentError("--epsilon needs --budget, the file that records the budget");
  }
  BL_RETURN_IF_ERROR(SpendBudget(flags.budget, flags.budget_limit, flags.epsilon,
                                 absl::StrCat("counts of ", absl::StrJoin(flags.columns, ", "))));
  const CountTable table = CountRows(first, second);
  const RandomBits random = SecureRandomBits();
  PrintHead(flags, second, /*totals=*/false);
  for (size_t r = 0; r < table.rows; ++r) {
    std::vector<std::string> line = {first.values[r]};
    for (size_t c = 0; c < table.columns; ++c) {
      const auto count = static_cast<int64_t>(table.cells[r * table.columns + c]);
      line.push_back(absl::StrCat(count + SampleDiscreteLaplace(epsilon, random)));
    }
    PrintRow(line);
  }
  return absl::OkStatus();
}

void DescribeItemRisk(const ItemRisk& risk, uint32_t m, uint32_t k, std::string* text,
                      JsonWriter* json) {
  const auto share = [](uint64_t part, uint64_t all) {
    return static_cast<double>(part) / static_cast<double>(std::max<uint64_t>(1, all));
  };
  absl::StrAppendFormat(
      text,
      "m=%u k=%u: %u persons, %.4f of them with a combination that fewer than k have; %u "
      "combinations, %.4f of them rare\n",
      m, k, risk.persons, share(risk.persons_with_rare, risk.persons), risk.combinations,
      share(risk.rare_combinations, risk.combinations));
  json->BeginObject().Key("m").Number(uint64_t{m}).Key("k").Number(uint64_t{k});
  json->Key("persons").Number(uint64_t{risk.persons});
  json->Key("persons_with_rare").Number(uint64_t{risk.persons_with_rare});
  json->Key("combinations").Number(uint64_t{risk.combinations});
  json->Key("rare_combinations").Number(uint64_t{risk.rare_combinations}).EndObject();
}

}  // namespace

void AddItemFlags(CLI::App& command, ItemFlags* flags) {
  command.add_option("--items", flags->file, "Instead of --table: one row per person and code");
  command.add_option("--person", flags->person, "The column of --items that names the person");
  command.add_option("--item", flags->item, "The column of --items with the code");
  command.add_option("--m", flags->m, "Codes in a combination, at most")
      ->check(CLI::Range(1, 3))
      ->capture_default_str();
  command.add_option("--k", flags->k, "Persons that must have a combination")
      ->check(CLI::Range(2, 1'000'000))
      ->capture_default_str();
}

absl::Status PrintItemRisk(const ItemFlags& flags, const std::string& json) {
  BL_ASSIGN_OR_RETURN(const PersonTable table, ReadTableWithProgress(flags.file));
  BL_ASSIGN_OR_RETURN(const TableColumn* persons, table.Column(flags.person));
  BL_ASSIGN_OR_RETURN(const TableColumn* items, table.Column(flags.item));
  ItemSets sets(persons->values.size());
  for (size_t i = 0; i < table.row_count; ++i) {
    if (!items->values[items->rows[i]].empty()) sets[persons->rows[i]].push_back(items->rows[i]);
  }
  for (std::vector<uint32_t>& set : sets) {
    std::sort(set.begin(), set.end());
    set.erase(std::unique(set.begin(), set.end()), set.end());
  }
  std::string text;
  JsonWriter figures;
  figures.BeginArray();
  for (uint32_t m = 1; m <= flags.m; ++m) {
    BL_ASSIGN_OR_RETURN(const ItemRisk risk, MeasureItems(sets, m, flags.k));
    DescribeItemRisk(risk, m, flags.k, &text, &figures);
  }
  figures.EndArray();
  return PrintReport(text, figures.Finish(), json);
}

CLI::Option* AddCountFlags(CLI::App& command, CountFlags* flags) {
  CLI::Option* count =
      command
          .add_option(
              "--count", flags->columns,
              "Instead of a report, print counts by one or two quasi-identifiers as CSV; small "
              "ones and those that would reveal them are left empty")
          ->delimiter(',')
          ->expected(1, 2);
  command.add_option("--epsilon", flags->epsilon,
                     "Differentially private counts instead, with this epsilon");
  command.add_option("--budget", flags->budget, "The file that records what epsilons are spent");
  command.add_option("--budget-limit", flags->budget_limit,
                     "The most that all releases may spend; begins a new --budget");
  return count;
}

absl::Status PrintCounts(const CountFlags& flags, const RiskInputs& inputs) {
  BL_ASSIGN_OR_RETURN(const CountColumn first, ColumnToCount(inputs, flags.columns[0]));
  CountColumn second{{"persons"}, std::vector<uint32_t>(inputs.table.row_count, 0)};
  if (flags.columns.size() > 1) {
    BL_ASSIGN_OR_RETURN(second, ColumnToCount(inputs, flags.columns[1]));
  }
  if (first.values.size() * second.values.size() > kMostCells) {
    return absl::InvalidArgumentError("--count: more than a million cells; choose other columns");
  }
  if (!flags.epsilon.empty()) return PrintNoisy(flags, inputs, first, second);
  PrintHidden(flags, first, second, inputs.plan.proto().targets().min_cell());
  return absl::OkStatus();
}

}  // namespace blindlink::agent
