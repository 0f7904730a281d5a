#include "researcher/report/page_tables.h"

#include <initializer_list>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "researcher/report/number_text.h"
#include "researcher/report/page_words.h"

namespace blindlink::researcher {
namespace {

void OpenTable(absl::string_view caption, std::initializer_list<std::string> headers,
               Markup* page) {
  page->Open("table").Element("caption", caption).Open("thead").Open("tr");
  for (const std::string& header : headers) {
    page->Element("th", header, {{"scope", "col"}});
  }
  page->Close().Close().Open("tbody");
}

void CloseTable(Markup* page) { page->Close().Close(); }

void AppendRow(absl::string_view head, std::initializer_list<std::string> cells, Markup* page) {
  page->Open("tr").Element("th", head, {{"scope", "row"}});
  for (const std::string& cell : cells) page->Element("td", cell);
  page->Close();
}

std::string OrDash(const std::string& text) { return text.empty() ? "\u2013" : text; }

// True, false, PPV: the columns of every table of found pairs.
void AppendFoundRow(absl::string_view head, const std::string& second, uint64_t true_positives,
                    uint64_t false_positives, Markup* page) {
  const uint64_t found = true_positives + false_positives;
  AppendRow(head,
            {second, CountText(found), CountText(true_positives), CountText(false_positives),
             IntervalText(WilsonInterval(true_positives, found), found)},
            page);
}

std::string RangeText(Band band) {
  if (band == Band::kHigh) return absl::StrFormat("%.2f to 1", LowestScoreOf(band));
  const Band above = static_cast<Band>(static_cast<int>(band) - 1);
  return absl::StrFormat("%.2f to %.2f", LowestScoreOf(band), LowestScoreOf(above));
}

// With its limits, if the run's release had them.
std::string ExpectedPpv(const std::optional<ExpectedQuality>& expected) {
  if (!expected.has_value()) return "\u2013";
  std::string ppv = ShareText(expected->ppv);
  if (expected->ppv_high == 0) return ppv;
  return absl::StrCat(ppv, " (", ShareText(expected->ppv_low), " to ",
                      ShareText(expected->ppv_high), ")");
}

}  // namespace

void AppendContingencyTable(const Evaluation& evaluation, Markup* page) {
  const ContingencyTable& table = evaluation.table;
  const PageWords words = WordsFor(evaluation);
  const std::string neither =
      evaluation.true_negatives_known ? CountText(table.true_negatives) : "unknown";
  OpenTable("Contingency table", {"Pairs", words.is_true, words.is_false, "together"}, page);
  AppendRow("linked",
            {CountText(table.true_positives), CountText(table.false_positives),
             CountText(table.true_positives + table.false_positives)},
            page);
  AppendRow(
      "not linked",
      {CountText(table.false_negatives), neither,
       evaluation.true_negatives_known ? CountText(table.false_negatives + table.true_negatives)
                                       : "unknown"},
      page);
  CloseTable(page);
}

void AppendMeasures(const Evaluation& evaluation, const std::optional<ExpectedQuality>& expected,
                    Markup* page) {
  const ContingencyTable& table = evaluation.table;
  const uint64_t found = table.true_positives + table.false_positives;
  const uint64_t negatives =
      evaluation.true_negatives_known ? table.true_negatives + table.false_positives : 0;
  const auto expects = [&](double ExpectedQuality::*figure) {
    return expected.has_value() ? ShareText((*expected).*figure) : std::string("\u2013");
  };
  OpenTable("Measures", {"Measure", "Of", "Value (95 % interval)", "Expected by the run"}, page);
  AppendRow("Sensitivity",
            {absl::StrCat(CountText(evaluation.true_pairs), " pairs to find"),
             IntervalText(table.Sensitivity(), evaluation.true_pairs),
             expects(&ExpectedQuality::sensitivity)},
            page);
  AppendRow("PPV",
            {absl::StrCat(CountText(found), " linked pairs"),
             IntervalText(table.PositivePredictiveValue(), found), ExpectedPpv(expected)},
            page);
  AppendRow(
      "Specificity",
      {evaluation.true_negatives_known ? absl::StrCat(CountText(negatives), " pairs to leave apart")
                                       : "unknown",
       IntervalText(table.Specificity(), negatives), "\u2013"},
      page);
  AppendRow("F1",
            {"", found + evaluation.true_pairs == 0 ? "unknown" : ShareText(table.F1()), "\u2013"},
            page);
  CloseTable(page);
}

void AppendRuleTable(const Evaluation& evaluation, Markup* page) {
  const PageWords words = WordsFor(evaluation);
  OpenTable("Linked pairs by rule",
            {"Rule", "Level", "Pairs", words.is_true, words.is_false, "PPV (95 % interval)"}, page);
  for (const RuleOutcome& rule : evaluation.rules) {
    AppendFoundRow(OrDash(rule.rule), OrDash(rule.level), rule.true_positives, rule.false_positives,
                   page);
  }
  CloseTable(page);
}

void AppendBandTable(const ScoreOutcome& outcome, const PageWords& words, Markup* page) {
  OpenTable("Linked pairs by band of the score",
            {"Band", "Score", "Pairs", words.is_true, words.is_false, "PPV (95 % interval)"}, page);
  for (const BandOutcome& band : outcome.bands) {
    AppendFoundRow(NameOf(band.band), RangeText(band.band), band.true_positives,
                   band.false_positives, page);
  }
  CloseTable(page);
}

void AppendSizeTable(const EntityFacts& entities, Markup* page) {
  OpenTable("Sizes of entities", {"Records", "Entities"}, page);
  for (const auto& [records, count] : entities.sizes) {
    AppendRow(CountText(records), {CountText(count)}, page);
  }
  CloseTable(page);
}

void AppendCalibrationTable(const ScoreOutcome& outcome, Markup* page) {
  OpenTable("Scores and truth", {"Score", "Pairs", "Mean score", "True share (95 % interval)"},
            page);
  for (const ScoreBin& bin : outcome.bins) {
    AppendRow(
        absl::StrFormat("%g to %g", bin.from, bin.to),
        {CountText(bin.pairs), ShareText(bin.mean_score), IntervalText(bin.TrueShare(), bin.pairs)},
        page);
  }
  CloseTable(page);
}

void AppendSubgroupTable(const std::vector<SubgroupOutcome>& subgroups, Markup* page) {
  OpenTable(
      absl::StrCat("By ", subgroups.front().grouping),
      {"Group", "To find", "Found", "Sensitivity (95 % interval)", "Linked", "PPV (95 % interval)"},
      page);
  for (const SubgroupOutcome& subgroup : subgroups) {
    const ContingencyTable& table = subgroup.table;
    const uint64_t to_find = table.true_positives + table.false_negatives;
    const uint64_t linked = table.true_positives + table.false_positives;
    AppendRow(subgroup.group,
              {CountText(to_find), CountText(table.true_positives),
               IntervalText(table.Sensitivity(), to_find), CountText(linked),
               IntervalText(table.PositivePredictiveValue(), linked)},
              page);
  }
  CloseTable(page);
}

}  // namespace blindlink::researcher
