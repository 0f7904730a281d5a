#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "agent/risk/risk_report.h"

namespace blindlink::agent {
namespace {

constexpr const char* kStyle =
    "body{font:16px/1.5 sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem;color:#222}"
    "table{border-collapse:collapse;margin:1rem 0}td,th{border:1px solid #bbb;padding:.3rem .6rem;"
    "text-align:right}td:first-child,th:first-child{text-align:left}.yes{background:#e3f3e3}"
    ".no{background:#f8dede}.verdict{padding:.8rem 1rem;border-radius:.4rem}svg{max-width:100%}"
    "code{overflow-wrap:anywhere}@page{margin:16mm}@media print{body{font-size:10pt;margin:0;"
    "padding:0;max-width:none}h2{break-after:avoid}figure,table,.verdict{break-inside:avoid}"
    "svg,.yes,.no{print-color-adjust:exact;-webkit-print-color-adjust:exact}}";

std::string Escape(absl::string_view text) {
  return absl::StrReplaceAll(text,
                             {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {"\"", "&quot;"}});
}

std::string Percent(double share) { return absl::StrFormat("%.1f %%", 100 * share); }

struct Bar {
  std::string label;
  double share;
};

// Horizontal bars; shares from 0 to 1.
std::string BarPlot(absl::string_view title, const std::vector<Bar>& bars) {
  constexpr int kRow = 24;
  constexpr int kLeft = 190;
  constexpr int kWidth = 420;
  const int height = kRow * static_cast<int>(bars.size()) + 8;
  std::string out = absl::StrFormat(
      "<figure><figcaption>%s</figcaption><svg viewBox='0 0 %d %d' width='%d' role='img' "
      "aria-label='%s' font-size='13'>",
      Escape(title), kLeft + kWidth + 80, height, kLeft + kWidth + 80, Escape(title));
  int y = 4;
  for (const Bar& bar : bars) {
    const double width = std::clamp(bar.share, 0.0, 1.0) * kWidth;
    absl::StrAppendFormat(
        &out,
        "<text x='%d' y='%d' text-anchor='end'>%s</text><rect x='%d' y='%d' "
        "width='%.1f' height='%d' fill='#4472a8'/><text x='%.1f' y='%d'>%s</text>",
        kLeft - 8, y + 15, Escape(bar.label), kLeft, y + 3, width, kRow - 6, kLeft + width + 6,
        y + 15, Percent(bar.share));
    y += kRow;
  }
  return out + "</svg></figure>\n";
}

std::string SizePlot(absl::string_view title, const TableRisk& risk) {
  const std::vector<std::pair<uint32_t, std::string>> bins = {
      {1, "1 (unique)"}, {4, "2 to 4"},    {10, "5 to 10"},
      {19, "11 to 19"},  {99, "20 to 99"}, {~uint32_t{0}, "100 or more"}};
  std::vector<Bar> bars;
  uint64_t before = 0;
  for (const auto& [last, label] : bins) {
    const uint64_t up_to =
        last == ~uint32_t{0} ? risk.rows - risk.suppressed : risk.RowsBelow(last + 1);
    bars.push_back({label, static_cast<double>(up_to - before) / static_cast<double>(risk.rows)});
    before = up_to;
  }
  bars.push_back(
      {"all left out", static_cast<double>(risk.suppressed) / static_cast<double>(risk.rows)});
  return BarPlot(title, bars);
}

std::string Row(absl::string_view what, const std::vector<std::string>& cells) {
  std::string out = absl::StrCat("<tr><td>", what, "</td>");
  for (const std::string& cell : cells) absl::StrAppend(&out, "<td>", cell, "</td>");
  return out + "</tr>\n";
}

std::string Verdict(const RiskReport& report) {
  if (report.above_targets.empty()) {
    return "<p class='verdict yes'><b>Within the plan's targets.</b> The table may be released "
           "as far as this report goes.</p>\n";
  }
  std::string out =
      "<div class='verdict no'><b>Above the plan's targets: not to be released.</b><ul>";
  for (const std::string& sentence : report.above_targets) {
    absl::StrAppend(&out, "<li>", Escape(sentence), "</li>");
  }
  return out + "</ul></div>\n";
}

std::string ChanceOfFinding(const TableRisk& risk) {
  std::string words;
  if (risk.smallest_group == 1) {
    words = absl::StrFormat(
        "Nobody else in this table looks like %u of its persons, by the columns that somebody "
        "outside could know. Whoever knows that one of them is in the table and what these columns "
        "say of him or her finds the right row for certain.",
        risk.RowsBelow(2));
  } else {
    words = absl::StrFormat(
        "Every person in this table looks like at least %u others in it, by the columns that "
        "somebody outside could know. Whoever knows that a certain person is in the table and what "
        "these columns say of him or her finds the right row with a chance of at most 1 in %u.",
        risk.smallest_group - 1, risk.smallest_group);
  }
  return absl::StrFormat("<p>%s On average over all persons the chance is 1 in %.1f.</p>\n", words,
                         1 / risk.prosecutor.average);
}

std::string PlainWords(const TableRisk& risk) {
  if (risk.groups == 0) return "<p>Nothing is left by which a person could be recognized.</p>\n";
  std::string out = ChanceOfFinding(risk);
  if (risk.sampling_fraction < 1) {
    absl::StrAppendFormat(
        &out,
        "<p>The persons are %s of the population. Of somebody of whom it is not known whether he "
        "or she is in the table, the right row is found with an estimated chance of at most %.3f. "
        "About %.0f people are estimated to be unique in the population (estimator: %s).</p>\n",
        Percent(risk.sampling_fraction), risk.journalist.highest, risk.population_uniques.uniques,
        risk.population_uniques.by);
  }
  return out;
}

std::string FiguresTable(const RiskReport& report) {
  std::vector<const TableRisk*> tables;
  if (report.before.has_value()) tables.push_back(&*report.before);
  tables.push_back(&report.after);
  const auto row = [&](absl::string_view what, auto text) {
    std::vector<std::string> cells;
    cells.reserve(tables.size());
    for (const TableRisk* risk : tables) cells.push_back(text(*risk));
    return Row(what, cells);
  };
  const auto number = [](double value) { return absl::StrFormat("%.4f", value); };
  std::string out = "<table><tr><th>figure</th>";
  if (report.before.has_value()) out += "<th>original</th>";
  out += "<th>this table</th></tr>\n";
  out += row("persons", [](const TableRisk& r) { return absl::StrCat(r.rows); });
  out += row("groups of persons that look alike",
             [](const TableRisk& r) { return absl::StrCat(r.groups); });
  out +=
      row("smallest group (k)", [](const TableRisk& r) { return absl::StrCat(r.smallest_group); });
  out += row("unique persons", [](const TableRisk& r) { return absl::StrCat(r.unique_rows); });
  out += row("persons with nothing left",
             [](const TableRisk& r) { return absl::StrCat(r.suppressed); });
  out += row("prosecutor risk, highest",
             [&](const TableRisk& r) { return number(r.prosecutor.highest); });
  out += row("prosecutor risk, average",
             [&](const TableRisk& r) { return number(r.prosecutor.average); });
  out += row("journalist risk, highest",
             [&](const TableRisk& r) { return number(r.journalist.highest); });
  out += row("marketer risk", [&](const TableRisk& r) { return number(r.marketer); });
  for (size_t i = 0; i < kRiskThresholds.size(); ++i) {
    out += row(absl::StrFormat("persons with a prosecutor risk above %g", kRiskThresholds[i]),
               [&](const TableRisk& r) { return Percent(r.prosecutor.share_above[i]); });
  }
  for (size_t i = 0; i < report.after.sensitive.size(); ++i) {
    const std::string column = Escape(report.after.sensitive[i].column);
    out += row(absl::StrCat("fewest values of ", column, " in a group (l)"),
               [&](const TableRisk& r) { return absl::StrCat(r.sensitive[i].least_distinct); });
    out += row(absl::StrCat("largest distance of ", column, " from the table (t)"),
               [&](const TableRisk& r) { return number(r.sensitive[i].largest_distance); });
  }
  return out + "</table>\n";
}

std::string LossPart(const TableLoss& loss) {
  std::string out = absl::StrFormat(
      "<h2>What is lost</h2><p>On average a released value leaves open %s of the possible values "
      "of "
      "its column, and keeps %s of the information.</p>\n",
      Percent(1 - loss.granularity), Percent(loss.entropy_kept));
  std::vector<Bar> detail;
  for (const ColumnLoss& column : loss.columns) {
    detail.push_back({column.column, column.granularity});
  }
  out += BarPlot("Detail kept per column (granularity)", detail);
  out +=
      "<table><tr><th>column</th><th>granularity</th><th>information kept</th>"
      "<th>cells as they were</th></tr>\n";
  for (const ColumnLoss& column : loss.columns) {
    uint64_t cells = 0;
    for (const uint64_t count : column.cells_by_steps) cells += count;
    out += Row(Escape(column.column), {absl::StrFormat("%.3f", column.granularity),
                                       absl::StrFormat("%.3f", column.entropy_kept),
                                       Percent(static_cast<double>(column.cells_by_steps[0]) /
                                               static_cast<double>(std::max<uint64_t>(1, cells)))});
  }
  return out + "</table>\n";
}

}  // namespace

std::string RiskReportToHtml(const RiskReport& report) {
  const v1::PrivacyTargets& targets = report.plan.targets();
  std::string out =
      absl::StrCat("<!doctype html><html lang='en'><head><meta charset='utf-8'><title>Risk of ",
                   Escape(report.table), "</title><style>", kStyle,
                   "</style></head><body>\n<h1>Risk of ", Escape(report.table), "</h1>\n");
  absl::StrAppend(&out, "<p>Release plan <b>", Escape(report.plan.name()), "</b>, version ",
                  report.plan.version(), ": ", Escape(report.plan.purpose()),
                  "<br>SHA-256 of the plan: <code>", report.plan_digest, "</code></p>\n");
  out += Verdict(report) + "<h2>In plain words</h2>\n" + PlainWords(report.after);
  absl::StrAppendFormat(
      &out,
      "<p>The plan asks for groups of at least %u, a risk of at most %.3f, and at most %s of "
      "the persons with nothing left.</p>\n",
      targets.k(), targets.max_risk(), Percent(targets.max_suppressed()));
  if (report.across.has_value()) {
    absl::StrAppendFormat(&out,
                          "<p>Together with the earlier release (%u persons in both), the smallest "
                          "group has %u persons; %u persons are in groups below k.</p>\n",
                          report.across->rows, report.across->smallest_group,
                          report.across->rows_below_k);
  }
  out += "<h2>Figures</h2>\n" + FiguresTable(report);
  if (report.before.has_value()) {
    out += SizePlot("Persons by the size of their group, original", *report.before);
  }
  out += SizePlot("Persons by the size of their group, this table", report.after);
  if (report.loss.has_value()) out += LossPart(*report.loss);
  if (!report.dropped_columns.empty()) {
    out +=
        "<h2>Columns left out</h2><p>Neither quasi-identifier nor sensitive in the plan, nor "
        "asked for:";
    for (const std::string& column : report.dropped_columns) {
      absl::StrAppend(&out, " <code>", Escape(column), "</code>");
    }
    out += "</p>\n";
  }
  out +=
      "<h2>What the report does not say</h2><p>It covers the quasi-identifiers of the plan. "
      "Other columns, free text, dates and codes of care, and what other tables say about the "
      "same persons are outside of it. A group whose members all have the same disease reveals "
      "it without recognizing anybody: see the figures on sensitive columns.</p>\n";
  return out + "</body></html>\n";
}

}  // namespace blindlink::agent
