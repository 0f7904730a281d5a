#include "resolver/console/charts.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "resolver/console/widgets.h"

namespace blindlink::resolver {
namespace {

// The drawing's measures, in units of its view box.
constexpr double kWidth = 760;
constexpr double kHeight = 260;
constexpr double kLeft = 64;
constexpr double kRight = 14;
constexpr double kTop = 22;
constexpr double kBottom = 40;
constexpr double kPlotWidth = kWidth - kLeft - kRight;
constexpr double kPlotHeight = kHeight - kTop - kBottom;

std::string Number(double value) { return absl::StrFormat("%.1f", value); }

// One more than the largest power of ten that is needed.
int DecadesOf(const v1::RunOverview& overview) {
  uint64_t largest = 9;
  for (const v1::ScoreBin& bin : overview.scores()) {
    largest = std::max({largest, bin.matched(), bin.other()});
  }
  return static_cast<int>(std::ceil(std::log10(static_cast<double>(largest) + 1)));
}

// The height of a count: 0 is on the axis, 1 a little above it.
double HeightOf(uint64_t count, int decades) {
  if (count == 0) return 0;
  const double share = (std::log10(static_cast<double>(count)) + 0.25) / (decades + 0.25);
  return std::clamp(share, 0.0, 1.0) * kPlotHeight;
}

void Line(double x1, double y1, double x2, double y2, Literal kind, Html* svg) {
  svg->Element("line", "",
               {{"x1", Number(x1)},
                {"y1", Number(y1)},
                {"x2", Number(x2)},
                {"y2", Number(y2)},
                {"class", kind.text()}});
}

void Label(double x, double y, Literal anchor, absl::string_view text, Html* svg) {
  svg->Element("text", text, {{"x", Number(x)}, {"y", Number(y)}, {"text-anchor", anchor.text()}});
}

void Column(double x, double width, double height, Literal kind, Html* svg) {
  if (height <= 0) return;
  svg->Element("rect", "",
               {{"x", Number(x)},
                {"y", Number(kTop + kPlotHeight - height)},
                {"width", Number(width)},
                {"height", Number(height)},
                {"rx", "1.5"},
                {"class", kind.text()}});
}

void AddScale(int decades, Html* svg) {
  for (int power = 0; power <= decades; ++power) {
    const auto count = static_cast<uint64_t>(std::llround(std::pow(10, power)));
    const double y = kTop + kPlotHeight - HeightOf(count, decades);
    Line(kLeft, y, kWidth - kRight, y, "grid", svg);
    Label(kLeft - 8, y + 4, "end", CountText(count), svg);
  }
  Line(kLeft, kTop + kPlotHeight, kWidth - kRight, kTop + kPlotHeight, "axis", svg);
  for (int tenth = 0; tenth <= 10; tenth += 2) {
    Label(kLeft + kPlotWidth * tenth / 10, kTop + kPlotHeight + 18, "middle",
          absl::StrFormat("%.1f", tenth / 10.0), svg);
  }
  Label(kLeft + kPlotWidth / 2, kHeight - 4, "middle", "score: probability that it is one person",
        svg);
}

void AddThreshold(double min_score, Html* svg) {
  if (min_score <= 0) return;
  const double x = kLeft + kPlotWidth * std::min(min_score, 1.0);
  Line(x, kTop - 4, x, kTop + kPlotHeight, "mark-line", svg);
  const bool at_right = min_score > 0.5;
  svg->Element("text", absl::StrFormat("threshold %.3f", min_score),
               {{"x", Number(at_right ? x - 6 : x + 6)},
                {"y", Number(kTop - 8)},
                {"text-anchor", at_right ? "end" : "start"},
                {"class", "strong"}});
}

Html ScoreTable(const v1::RunOverview& overview) {
  Table table("Pairs by score", {"#Score from", "#Matched", "#Not matched"});
  for (const v1::ScoreBin& bin : overview.scores()) {
    table.Row({Cell(absl::StrFormat("%.2f", bin.from())), Cell(CountText(bin.matched())),
               Cell(CountText(bin.other()))});
  }
  return Html().Open("details").Element("summary", "As a table").Add(table.Finish()).Close();
}

void LegendEntry(Literal kind, absl::string_view text, Html* html) {
  html->Open("li")
      .Open("svg", {{"viewBox", "0 0 10 10"}, {"aria-hidden", "true"}})
      .Element("rect", "", {{"width", "10"}, {"height", "10"}, {"rx", "2"}, {"class", kind.text()}})
      .Close()
      .Text(text)
      .Close();
}

// "h1" to "h5": a share's shade.
int ShadeOf(double share) { return std::clamp(static_cast<int>(std::ceil(share * 5)), 1, 5); }

using Cells = std::map<std::pair<std::string, std::string>, const v1::OverlapCell*>;

Html OverlapCellOf(const Cells& cells, const std::string& row, const std::string& column,
                   uint32_t suppressed_up_to) {
  const auto found = cells.find(std::minmax(row, column));
  if (found == cells.end()) return Html().Element("td", "");
  const v1::OverlapCell& cell = *found->second;
  if (cell.withheld()) return Html().Element("td", "withheld", {{"class", "soft"}});
  if (cell.suppressed()) {
    return Html().Element("td", absl::StrCat("1 to ", suppressed_up_to), {{"class", "soft"}});
  }
  if (row == column) return Html().Element("td", CountText(cell.entities()), {{"class", "own"}});
  const auto own = cells.find({row, row});
  const uint64_t all = own == cells.end() ? 0 : own->second->entities();
  const double share =
      all == 0 ? 0 : static_cast<double>(cell.entities()) / static_cast<double>(all);
  Html html;
  html.Open("td", {{"class", cell.entities() == 0 ? "" : absl::StrCat("h", ShadeOf(share))}});
  html.Text(CountText(cell.entities()));
  if (all > 0) html.Markup("<br>").Element("span", ShareText(share), {{"class", "hint"}});
  return html.Close();
}

}  // namespace

Html ScoreChart(const v1::RunOverview& overview) {
  const int decades = DecadesOf(overview);
  const double step = kPlotWidth / std::max(1, overview.scores_size());
  Html html;
  html.Open("figure", {{"class", "chart"}}).Open("ul", {{"class", "legend"}});
  LegendEntry("first", "matched", &html);
  LegendEntry("second", "considered, not matched", &html);
  html.Close().Open("div");
  html.Open("svg",
            {{"viewBox", absl::StrCat("0 0 ", kWidth, " ", kHeight)},
             {"role", "img"},
             {"aria-label", "Pairs by score, on a logarithmic scale; numbers in the table"}});
  AddScale(decades, &html);
  for (int i = 0; i < overview.scores_size(); ++i) {
    const double x = kLeft + step * i;
    Column(x + step * 0.10, step * 0.38, HeightOf(overview.scores(i).matched(), decades), "first",
           &html);
    Column(x + step * 0.52, step * 0.38, HeightOf(overview.scores(i).other(), decades), "second",
           &html);
  }
  AddThreshold(overview.min_score(), &html);
  html.Close().Close();
  if (overview.sampled() > 1) {
    html.Element(
        "p", absl::StrCat("Estimated from every ", overview.sampled(), "th piece of the pairs."),
        {{"class", "hint"}});
  }
  return html.Add(ScoreTable(overview)).Close();
}

Html OverlapMatrix(const v1::RunOverview& overview) {
  Cells cells;
  std::set<std::string> sites;
  for (const v1::OverlapCell& cell : overview.overlap()) {
    cells[std::minmax(cell.left_site(), cell.right_site())] = &cell;
    sites.insert({cell.left_site(), cell.right_site()});
  }
  if (sites.empty()) return Empty("The run has no records.");
  Html html;
  html.Open("div", {{"class", "scroll"}}).Open("table", {{"class", "heat"}});
  html.Element("caption",
               absl::StrCat("Entities with records at both sites, and their share of the row's "
                            "site; framed: all of one site. Overlaps from 1 to ",
                            overview.suppressed_up_to(),
                            " are not shown, nor others of this table that would tell one. The "
                            "run's own counts and its pairs can tell it: this page is for "
                            "coordinators."));
  html.Open("thead").Open("tr").Element("th", "", {{"scope", "col"}});
  for (const std::string& site : sites)
    html.Element("th", site, {{"scope", "col"}, {"class", "n"}});
  html.Close().Close().Open("tbody");
  for (const std::string& row : sites) {
    html.Open("tr").Element("th", row, {{"scope", "row"}});
    for (const std::string& column : sites) {
      html.Add(OverlapCellOf(cells, row, column, overview.suppressed_up_to()));
    }
    html.Close();
  }
  return html.Close().Close().Close();
}

}  // namespace blindlink::resolver
