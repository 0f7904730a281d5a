#include "researcher/timeline/summary_page.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "researcher/report/markup.h"
#include "researcher/report/number_text.h"
#include "researcher/report/page_style.h"
#include "researcher/report/plot.h"
#include "researcher/timeline/small_cells.h"
#include "researcher/timeline/summary_lists.h"

namespace blindlink::researcher {
namespace {

constexpr size_t kMostListed = 20;
constexpr int kWidth = 720;
constexpr int kRow = 22;
constexpr double kBarsLeft = 320;
constexpr double kBarsWidth = 300;
constexpr double kBarHeight = 14;

using Cells = std::vector<std::string>;

void AppendTable(absl::string_view caption, const Cells& head, const std::vector<Cells>& rows,
                 Markup* page) {
  page->Open("table").Element("caption", caption);
  page->Open("thead").Open("tr");
  for (const std::string& cell : head) page->Element("th", cell, {{"scope", "col"}});
  page->Close().Close().Open("tbody");
  for (const Cells& row : rows) {
    page->Open("tr").Element("th", row[0], {{"scope", "row"}});
    for (size_t i = 1; i < row.size(); ++i) page->Element("td", row[i]);
    page->Close();
  }
  page->Close().Close();
}

void AppendBarText(double x, double y, absl::string_view anchor, absl::string_view text,
                   Markup* page) {
  page->Element("text", text,
                {{"x", absl::StrFormat("%.2f", x)},
                 {"y", absl::StrFormat("%.2f", y)},
                 {"dy", "0.35em"},
                 {"text-anchor", std::string(anchor)}});
}

// A long name is cut, so that it stays in the drawing.
std::string ShortName(const std::string& name) {
  constexpr size_t kMost = 40;
  if (name.size() <= kMost) return name;
  size_t end = kMost;
  while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xc0) == 0x80) --end;
  return name.substr(0, end) + "…";
}

// One bar for each count; one that is not shown has no bar.
void AppendBars(const DrawingText& text, const std::vector<NamedCount>& bars, Markup* page) {
  if (bars.empty()) return;
  uint64_t most = 1;
  for (const NamedCount& bar : bars) most = std::max(most, bar.count);
  page->Open("div", {{"class", "wide"}}).Open("figure");
  OpenDrawing(text, kWidth, kRow * static_cast<int>(bars.size()) + 8, page);
  double y = 4;
  for (const NamedCount& bar : bars) {
    const double share = static_cast<double>(bar.count) / static_cast<double>(most);
    const double width = bar.shown == Shown::kYes ? kBarsWidth * share : 0;
    AppendBarText(kBarsLeft - 8, y + kBarHeight / 2, "end", ShortName(bar.name), page);
    page->Empty("rect", {{"class", "bar-true"},
                         {"x", absl::StrFormat("%.2f", kBarsLeft)},
                         {"y", absl::StrFormat("%.2f", y)},
                         {"width", absl::StrFormat("%.2f", width)},
                         {"height", absl::StrFormat("%.2f", kBarHeight)}});
    AppendBarText(kBarsLeft + width + 8, y + kBarHeight / 2, "start",
                  ShownText(bar.count, bar.shown), page);
    y += kRow;
  }
  page->Close().Element("figcaption", text.title).Close().Close();
}

void AppendFact(absl::string_view name, absl::string_view value, Markup* page) {
  page->Element("dt", name).Element("dd", value);
}

void AppendHead(const TimelineOutcome& outcome, Markup* page) {
  page->Element("h1", absl::StrCat("Timeline of ", outcome.project)).Open("dl");
  AppendFact("Run", outcome.run, page);
  AppendFact("Release plan", absl::StrCat(outcome.plan_name, ", version ", outcome.plan_version),
             page);
  AppendFact("Its SHA-256", outcome.plan_digest, page);
  AppendFact("Sites", absl::StrJoin(outcome.site_names, ", "), page);
  AppendFact("Persons", ShownText(outcome.summary.persons), page);
  AppendFact("Records", ShownText(outcome.summary.records), page);
  AppendFact("Events", ShownText(outcome.rows), page);
  page->Close();
}

void AppendWarnings(const TimelineOutcome& outcome, Markup* page) {
  if (outcome.warnings.empty()) return;
  page->Element("h2", "Warnings").Open("ul", {{"class", "note"}});
  for (const std::string& warning : outcome.warnings) page->Element("li", warning);
  page->Close();
}

void AppendPersons(const TimelineOutcome& outcome, Markup* page) {
  page->Element("h2", "Persons");
  AppendBars({"persons", "Persons by what is known of them", "One bar for each group."},
             PersonGroups(outcome.summary), page);
  AppendBars({"by-sites", "Persons by the number of sites that have a record of them",
              "One bar for each number of sites."},
             PersonsBySites(outcome.summary), page);
}

void AppendSites(const TimelineOutcome& outcome, Markup* page) {
  page->Element("h2", "Sites and their overlap");
  std::vector<Cells> rows;
  for (size_t i = 0; i < outcome.site_names.size(); ++i) {
    const SiteSummary& site = outcome.summary.sites[i];
    rows.push_back({outcome.site_names[i], ShownText(site.persons), ShownText(site.events),
                    ShownText(site.visits), ShownText(site.copies)});
  }
  AppendTable("What each site contributes",
              {"Site", "Persons", "Events", "Visits", "of these copies"}, rows, page);
  rows.clear();
  for (const auto& [pair, persons] : outcome.summary.persons_at_both) {
    rows.push_back(
        {absl::StrCat(outcome.site_names[pair.first], " and ", outcome.site_names[pair.second]),
         ShownText(persons)});
  }
  if (!rows.empty()) AppendTable("Persons known at both", {"Sites", "Persons"}, rows, page);
}

void AppendEvents(const TimelineOutcome& outcome, Markup* page) {
  page->Element("h2", "Events");
  std::vector<Cells> rows;
  for (size_t i = 0; i < kEventKinds; ++i) {
    const PersonsAndEvents& counts = outcome.summary.kinds[i];
    const Shown shown = IsSmall(counts.persons) ? Shown::kWithheld : Shown::kYes;
    rows.push_back({std::string(NameOf(static_cast<EventKind>(i))), ShownText(counts.persons),
                    ShownText(counts.events, shown)});
  }
  AppendTable("Events by kind", {"Kind", "Persons", "Events"}, rows, page);
  std::vector<NamedCount> years;
  for (const auto& [year, counts] : outcome.summary.years) {
    const Shown shown = IsSmall(counts.persons) ? Shown::kSmall : Shown::kYes;
    years.push_back({year, counts.persons, shown});
  }
  AppendBars({"years", "Persons with care, by year of the shifted dates", "One bar for each year."},
             years, page);
}

void AppendFrequent(absl::string_view heading, const DrawingText& text,
                    const std::vector<std::pair<std::string, PersonsAndEvents>>& list,
                    std::string (*name_of)(const std::string&), Markup* page) {
  page->Element("h2", heading);
  if (list.empty()) {
    page->Element("p", "None has 11 persons or more.");
    return;
  }
  std::vector<NamedCount> bars;
  bars.reserve(list.size());
  for (const auto& [key, counts] : list) {
    bars.push_back({name_of(key), counts.persons, Shown::kYes});
  }
  AppendBars(text, bars, page);
}

std::string DiseaseText(const std::string& name) { return Unquoted(name); }

void AppendCopies(const TimelineSummary& summary, Markup* page) {
  page->Element("h2", "Copies of one receipt");
  AppendTable("Visits that are copies of another visit", {"Recognized by", "Visits"},
              {{"receipt", ShownText(summary.copies.by_receipt)},
               {"content", ShownText(summary.copies.by_content)}},
              page);
  page->Element("p",
                "Copies stay in the timeline with the visit that they repeat. Years, codes and "
                "diseases on this page leave them out.");
}

void AppendRisk(const TimelineOutcome& outcome, Markup* page) {
  const JoinedRisk& risk = outcome.risk;
  page->Element("h2", "Risk after linkage");
  if (outcome.quasi_identifiers.empty()) {
    page->Element("p", "No extract has columns by which somebody could recognize a person.");
    return;
  }
  page->Element(
      "p", absl::StrCat("Persons are in one group if all sites together say the same of their ",
                        absl::StrJoin(outcome.quasi_identifiers, ", "),
                        ". Each group should have at least ", risk.k, " persons."));
  AppendTable("Groups", {"Measure", "Count"},
              {{"persons", ShownText(risk.persons)},
               {"groups", CountText(risk.groups)},
               {"persons in the smallest group", CountText(risk.smallest)},
               {"groups that are too small", CountText(risk.groups_below)},
               {"persons in them", CountText(risk.persons_below)}},
              page);
}

}  // namespace

std::string SummaryPage(const TimelineOutcome& outcome) {
  const TimelineSummary& summary = outcome.summary;
  Markup page;
  page.Literal("<!DOCTYPE html>\n");
  page.Open("html", {{"lang", "en"}, {"xmlns", "http://www.w3.org/1999/xhtml"}}).Open("head");
  page.Empty("meta", {{"charset", "utf-8"}});
  page.Empty("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}});
  page.Element("title", absl::StrCat("Timeline of ", outcome.project));
  page.Open("style").Literal(kPageStyle).Close().Close();
  page.Open("body").Open("main");
  AppendHead(outcome, &page);
  AppendWarnings(outcome, &page);
  AppendPersons(outcome, &page);
  AppendSites(outcome, &page);
  AppendEvents(outcome, &page);
  AppendFrequent("Diseases",
                 {"diseases", "Persons with a definite diagnosis, by standard name",
                  "One bar for each of the most frequent names."},
                 MostFrequent(summary.names, kMostListed), DiseaseText, &page);
  AppendFrequent("Codes",
                 {"codes", "Persons with a code", "One bar for each of the most frequent."},
                 MostFrequent(summary.codes, kMostListed), CodeText, &page);
  AppendCopies(summary, &page);
  AppendRisk(outcome, &page);
  page.Close().Close().Close();
  return page.Finish();
}

}  // namespace blindlink::researcher
