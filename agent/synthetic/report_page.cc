// The page of synthesis_report.h.
#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "agent/synthetic/noisy_counter.h"
#include "agent/synthetic/synthesis_report.h"

namespace blindlink::agent {
namespace {

constexpr char kStyle[] = R"(
body { font: 16px/1.5 Helvetica, Arial, "Liberation Sans", sans-serif; color: #1a1a1a; max-width: 60rem;
  margin: 2rem auto; padding: 0 1rem; }
h2 { border-bottom: 2px solid #1a1a1a; margin-top: 2.2rem; }
table { border-collapse: collapse; margin: 1rem 0; font-variant-numeric: tabular-nums; }
th, td { padding: .2rem .8rem; border-bottom: 1px solid #d0d0d0; text-align: right; }
th:first-child { text-align: left; padding-left: 0; font-weight: normal; }
thead th { font-weight: bold; }
.warning { border-left: 4px solid #d55e00; padding-left: .8rem; }
figure { display: inline-block; margin: .6rem 1.5rem .6rem 0; vertical-align: top; }
figcaption { font-size: .9rem; font-weight: bold; }
svg { font: 11px Arial, "Liberation Sans", sans-serif; }
)";
// Two hues that colour-blind readers can distinguish and that differ in print.
constexpr char kRealColour[] = "#0072b2";
constexpr char kMadeColour[] = "#e69f00";

std::string Escaped(absl::string_view text) {
  return absl::StrReplaceAll(text,
                             {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {"\"", "&quot;"}});
}

std::string Share(double share) { return absl::StrFormat("%.4f", share); }

struct BarPair {
  std::string label;
  double left, right;
};

// Two bars a label, scaled to the largest.
void AppendBars(const std::string& caption, const std::vector<BarPair>& bars, std::string* page) {
  constexpr int kLabel = 150, kWidth = 200, kHeight = 20;
  double largest = 1e-12;
  for (const BarPair& bar : bars) largest = std::max({largest, bar.left, bar.right});
  absl::StrAppend(page, "<figure><figcaption>", Escaped(caption), "</figcaption><svg width=\"",
                  kLabel + kWidth + 60, "\" height=\"", kHeight * bars.size() + 4, "\">");
  double y = 0;
  for (const BarPair& bar : bars) {
    const auto rect = [&](double top, double value, const char* colour) {
      absl::StrAppendFormat(page,
                            "<rect x=\"%d\" y=\"%.0f\" width=\"%.1f\" height=\"8\" fill=\"%s\"/>",
                            kLabel, top, kWidth * value / largest, colour);
    };
    absl::StrAppendFormat(page, "<text x=\"%d\" y=\"%.0f\" text-anchor=\"end\">%s</text>",
                          kLabel - 6, y + 13, Escaped(absl::string_view(bar.label).substr(0, 24)));
    rect(y + 2, bar.left, kRealColour);
    rect(y + 10, bar.right, kMadeColour);
    absl::StrAppendFormat(page, "<text x=\"%.0f\" y=\"%.0f\">%.3f</text>",
                          kLabel + 4 + kWidth * std::max(bar.left, bar.right) / largest, y + 14,
                          bar.right);
    y += kHeight;
  }
  absl::StrAppend(page, "</svg></figure>\n");
}

// The most frequent values of a column, or all bins of numbers up to a limit.
void AppendColumnFigure(const TableReport& table, size_t column, std::string* page) {
  constexpr size_t kMostBars = 14;
  const Domain& domain = (*table.domains)[column];
  const std::vector<double> real = CountColumn(*table.real, column);
  const std::vector<double> made = CountColumn(*table.synthetic, column);
  std::vector<uint32_t> order;
  for (uint32_t v = 0; v < real.size(); ++v) {
    if (real[v] + made[v] > 0) order.push_back(v);
  }
  const bool all = domain.ordinal() && order.size() <= kMostBars;
  if (!all) {
    std::stable_sort(order.begin(), order.end(),
                     [&](uint32_t a, uint32_t b) { return real[a] + made[a] > real[b] + made[b]; });
  }
  order.resize(std::min(order.size(), kMostBars));
  if (domain.ordinal()) std::sort(order.begin(), order.end());
  std::vector<BarPair> bars;
  bars.reserve(order.size());
  for (const uint32_t v : order) {
    bars.push_back({domain.LabelOf(v), real[v] / static_cast<double>(table.real->rows()),
                    made[v] / static_cast<double>(table.synthetic->rows())});
  }
  AppendBars(
      absl::StrCat(domain.name(), " (distance ", Share(table.closeness.columns[column]), ")"), bars,
      page);
}

void AppendCloseness(const TableReport& table, std::string* page) {
  const Closeness& closeness = table.closeness;
  absl::StrAppend(
      page,
      "<p>Total variation distance: the share of rows that would have to change for the two "
      "to agree; 0 is equal.</p>\n<table><thead><tr><th></th><th>mean</th><th>largest</th></tr>"
      "</thead><tbody><tr><th>one column</th><td>",
      Share(closeness.one_way), "</td><td>", Share(closeness.one_way_max),
      "</td></tr><tr><th>two columns</th><td>", Share(closeness.two_way), "</td><td>",
      Share(closeness.two_way_max), "</td></tr><tr><th>three columns (300 triples)</th><td>",
      Share(closeness.three_way), "</td><td></td></tr><tr><th>error of Cram&#233;r's V</th><td>",
      Share(closeness.cramers_v), "</td><td></td></tr></tbody></table>\n");
}

void AppendDistances(const PrivacyCheck& check, std::string* page) {
  double rows = 0;
  for (const uint64_t count : check.distances_to_real) rows += static_cast<double>(count);
  std::vector<BarPair> bars;
  for (size_t d = 0; d < check.distances_to_real.size(); ++d) {
    bars.push_back({absl::StrCat(d, d == 1 ? " column differs" : " columns differ"),
                    static_cast<double>(check.distances_to_real[d]) / rows,
                    static_cast<double>(check.distances_to_holdout[d]) / rows});
  }
  AppendBars("Synthetic rows by their nearest row: of the data (dark), of the hold-out (light)",
             bars, page);
}

void AppendPrivacy(const PrivacyCheck& check, std::string* page) {
  absl::StrAppend(
      page,
      "<h2>Privacy against a hold-out</h2>\n<p>The hold-out had no part in the synthesis. "
      "What is true of it to the same degree is knowledge about the population, not about a "
      "person.</p>\n<table><thead><tr><th></th><th>the data</th><th>hold-out</th></tr></thead>"
      "<tbody><tr><th>synthetic rows that equal a row</th><td>",
      Share(check.equal_to_real), "</td><td>", Share(check.equal_to_holdout),
      "</td></tr><tr><th>synthetic rows nearer to a row of (0.5 each: no difference)</th><td>",
      Share(check.nearer_to_real), "</td><td>", Share(1 - check.nearer_to_real),
      "</td></tr></tbody></table>\n");
  AppendDistances(check, page);
  absl::StrAppend(page,
                  "<table><caption>Attribute disclosure: an attacker knows all other columns of a "
                  "person and guesses this one from the nearest synthetic rows</caption><thead><tr>"
                  "<th>column</th><th>right, persons in the data</th><th>right, hold-out</th>"
                  "<th>right by the most frequent value</th></tr></thead><tbody>");
  for (const PrivacyCheck::Attribute& attribute : check.attributes) {
    absl::StrAppend(page, "<tr><th>", Escaped(attribute.column), "</th><td>",
                    Share(attribute.right_for_real), "</td><td>",
                    Share(attribute.right_for_holdout), "</td><td>", Share(attribute.most_frequent),
                    "</td></tr>");
  }
  absl::StrAppend(page, "</tbody></table>\n");
}

void AppendBudget(const SynthesisSpec& spec, const Budget& budget, std::string* page) {
  absl::StrAppend(page, "<h2>Budget</h2>\n");
  if (!budget.is_private()) {
    absl::StrAppend(page,
                    "<p class=\"warning\">None: the synthetic tables hold the data's exact "
                    "counts of pairs of columns. No privacy is promised.</p>\n");
    return;
  }
  absl::StrAppendFormat(page,
                        "<p>(&#949;, &#948;) = (%g, %g) for one person added or removed, that is "
                        "&#961; = %.6f of zero-concentrated differential privacy; spent: "
                        "%.6f.</p>\n",
                        spec.proto.epsilon(), spec.proto.delta(), budget.rho(), budget.spent());
  absl::StrAppend(page,
                  "<table><thead><tr><th>step</th><th>number</th><th>&#961;</th><th>standard "
                  "deviation of a count</th></tr></thead><tbody>");
  for (const Budget::Step& step : budget.steps()) {
    absl::StrAppendFormat(
        page, "<tr><th>%s</th><td>%d</td><td>%.6f</td><td>%s</td></tr>", Escaped(step.what),
        step.count, step.rho,
        step.variance > 0 ? absl::StrFormat("%.1f", std::sqrt(step.variance)) : "");
  }
  absl::StrAppend(page, "</tbody></table>\n");
}

}  // namespace

std::string ReportToHtml(const SynthesisSpec& spec, const Budget& budget,
                         const std::vector<TableReport>& tables) {
  std::string page = absl::StrCat(
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/><title>Synthesis ",
      Escaped(spec.proto.name()), "</title><style>", kStyle,
      "</style></head><body>\n<h1>Synthesis ", Escaped(spec.proto.name()),
      "</h1>\n<p class=\"warning\">This page compares with the real "
      "data. Its figures are exact and have no part in the promise of privacy: it stays at the "
      "site.</p>\n");
  for (const TableReport& table : tables) {
    absl::StrAppend(&page, "<h2>Closeness: ", Escaped(table.name), "</h2>\n<p>", table.real->rows(),
                    " real rows, ", table.synthetic->rows(), " synthetic rows.</p>\n");
    AppendCloseness(table, &page);
    absl::StrAppend(&page,
                    "<p>Shares of values: the data (dark) and the synthetic rows (light). "
                    "The figures are the synthetic shares.</p>\n");
    for (size_t c = 0; c < table.domains->size(); ++c) AppendColumnFigure(table, c, &page);
    if (table.privacy) AppendPrivacy(*table.privacy, &page);
  }
  AppendBudget(spec, budget, &page);
  absl::StrAppend(&page, "</body></html>\n");
  return page;
}

}  // namespace blindlink::agent
