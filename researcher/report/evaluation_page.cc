#include "researcher/report/evaluation_page.h"

#include <algorithm>
#include <iterator>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "researcher/report/count_figures.h"
#include "researcher/report/markup.h"
#include "researcher/report/number_text.h"
#include "researcher/report/page_style.h"
#include "researcher/report/page_tables.h"
#include "researcher/report/page_words.h"
#include "researcher/report/score_figures.h"

namespace blindlink::researcher {
namespace {

constexpr size_t kMostRuleBars = 20;

void AppendFact(absl::string_view name, const std::string& value, Markup* page) {
  if (!value.empty()) page->Element("dt", name).Element("dd", value);
}

std::string DatasetsText(const ResultManifest& manifest) {
  return absl::StrJoin(manifest.datasets, ", ", [](std::string* out, const auto& dataset) {
    absl::StrAppend(out, dataset.first, "/", dataset.second);
  });
}

void AppendRunFacts(const ResultManifest& manifest, Markup* page) {
  AppendFact("Run", absl::StrCat(manifest.run, " of ", manifest.project), page);
  AppendFact("Plan", absl::StrCat(manifest.plan_name, ", SHA-256 ", manifest.plan_digest), page);
  AppendFact("Datasets", DatasetsText(manifest), page);
}

bool IsBandName(absl::string_view name) {
  return std::any_of(kBands.begin(), kBands.end(),
                     [name](Band band) { return name == NameOf(band); });
}

std::string ReferenceText(const Evaluation& evaluation) {
  if (evaluation.truth_records == 0) {
    return absl::StrCat(CountText(evaluation.true_pairs), " pairs in scope");
  }
  return absl::StrCat(CountText(evaluation.true_pairs), " true pairs in scope, of ",
                      CountText(evaluation.truth_records), " records of ",
                      CountText(evaluation.truth_persons), " persons");
}

// What was not counted and why; empty if nothing was left out.
std::string LeftOutText(const Evaluation& evaluation) {
  std::vector<std::string> parts;
  const auto add = [&parts](uint64_t count, absl::string_view what) {
    if (count > 0) parts.push_back(absl::StrCat(CountText(count), " ", what));
  };
  add(evaluation.pairs_not_in_truth, "pairs with a record that the truth lacks");
  add(evaluation.pairs_out_of_scope, absl::StrCat("pairs that are not ", NameOf(evaluation.scope)));
  add(evaluation.duplicate_rows, "rows that repeat an earlier one");
  add(evaluation.self_pairs, "rows that pair a record with itself");
  return absl::StrJoin(parts, "; ");
}

void AppendHead(const Evaluation& evaluation, const PageSource& source, Markup* page) {
  page->Element("h1", evaluation.entities > 0 ? "Evaluation of an entity map"  //
                                              : "Evaluation of match pairs");
  page->Open("dl");
  AppendFact("Evaluated", source.evaluated, page);
  AppendFact("Against", source.reference, page);
  AppendFact("Subgroups", source.subgroups, page);
  const bool has_manifest = source.manifest.has_value();
  AppendFact("Date",
             source.date.empty() && has_manifest ? source.manifest->run_started : source.date,
             page);
  if (has_manifest) AppendRunFacts(*source.manifest, page);
  AppendFact("Pairs counted", std::string(NameOf(evaluation.scope)), page);
  AppendFact("In the file",
             absl::StrCat(CountText(evaluation.rows), " rows, ", CountText(evaluation.pairs),
                          evaluation.entities > 0 ? " implied pairs in scope" : " distinct pairs"),
             page);
  AppendFact("In the reference", ReferenceText(evaluation), page);
  AppendFact("Not counted", LeftOutText(evaluation), page);
  page->Close();
}

// How many entities have how many records, and why some are not larger.
void AppendEntities(const EntityFacts& entities, Markup* page) {
  page->Element("h2", "Entities");
  AppendSizeTable(entities, page);
  page->Element("p",
                absl::StrCat("Pairs that would match but whose records the run left apart: ",
                             CountText(entities.refused_as_weak),
                             " weak bridges, which other pairs of the same entities contradict; ",
                             CountText(entities.refused_by_statement),
                             " for two records of a site with one per person; ",
                             CountText(entities.refused_by_size),
                             " for too large an entity. Pairs below the threshold that match "
                             "because other pairs make one entity of their records: ",
                             CountText(entities.pairs_by_entity), "."));
}

void AppendOverview(const Evaluation& evaluation, const PageSource& source, Markup* page) {
  std::optional<ExpectedQuality> expected;
  if (source.manifest.has_value()) expected = source.manifest->expected;
  for (const std::string& warning : expected.value_or(ExpectedQuality{}).warnings) {
    page->Element("p", absl::StrCat("The run noted: ", warning), {{"class", "note"}});
  }
  page->Element("h2", "Linked pairs and the reference");
  page->Open("div", {{"class", "wide"}});
  AppendVennFigure(evaluation, page);
  page->Close();
  AppendContingencyTable(evaluation, page);
  AppendMeasures(evaluation, expected, page);
  if (!expected.has_value()) return;
  page->Element("p", absl::StrCat("The run's threshold was ", ShareText(expected->min_score),
                                  ". It estimated its quality without any truth, from its model of "
                                  "the scores."));
}

void AppendRules(const Evaluation& evaluation, Markup* page) {
  // If the score decides, rules are bands, which have their own section.
  const bool bands = evaluation.scores.has_value() && !evaluation.scores->bands.empty();
  const bool named = std::any_of(evaluation.rules.begin(), evaluation.rules.end(),
                                 [bands](const RuleOutcome& rule) {
                                   return !rule.rule.empty() && !(bands && IsBandName(rule.rule));
                                 });
  if (!named) return;
  page->Element("h2", "By rule");
  AppendRuleTable(evaluation, page);
  std::vector<Bar> bars;
  for (const RuleOutcome& rule : evaluation.rules) {
    if (bars.size() == kMostRuleBars) break;
    bars.push_back({rule.rule, rule.true_positives, rule.false_positives});
  }
  page->Open("div", {{"class", "wide"}});
  AppendBarFigure(
      {"rules", "Pairs by rule", "One bar for each rule; the table above has the figures."}, bars,
      WordsFor(evaluation), page);
  page->Close();
}

void AppendBands(const ScoreOutcome& outcome, const PageWords& words, Markup* page) {
  if (outcome.bands.empty()) return;
  page->Element("h2", "By band");
  AppendBandTable(outcome, words, page);
  std::vector<Bar> bars;
  for (const BandOutcome& band : outcome.bands) {
    bars.push_back({NameOf(band.band), band.true_positives, band.false_positives});
  }
  page->Open("div", {{"class", "wide"}});
  AppendBarFigure({"bands", "Pairs by band of the score",
                   "One bar for each band; the table above has the figures."},
                  bars, words, page);
  page->Close();
}

void AppendScores(const Evaluation& evaluation, Markup* page) {
  page->Element("h2", "Threshold");
  if (!evaluation.scores.has_value() || evaluation.scores->curve.empty() ||
      evaluation.true_pairs == 0) {
    page->Element("p", absl::StrCat("No curve is drawn: ",
                                    evaluation.why_no_scores.empty()
                                        ? "there is no pair to judge, or no pair to find"
                                        : evaluation.why_no_scores,
                                    "."));
    return;
  }
  const ScoreOutcome& outcome = *evaluation.scores;
  page->Open("div", {{"class", "pair"}});
  AppendPrecisionRecallFigure(outcome, evaluation.true_pairs, page);
  AppendThresholdFigure(outcome, evaluation.true_pairs, page);
  page->Close();
  page->Element(
      "p",
      "Of the pairs below the threshold of the run, only those are in its file that other "
      "pairs of their entity support, so the curves end there or say little below it. A "
      "plan with a low min_score gives longer curves.");
  if (outcome.bins.empty()) return;
  page->Element("h2", "Calibration");
  AppendCalibrationTable(outcome, page);
  page->Open("div", {{"class", "half"}});
  AppendCalibrationFigure(outcome, page);
  page->Close();
}

void AppendSubgroups(const Evaluation& evaluation, Markup* page) {
  if (evaluation.subgroups.empty()) return;
  page->Element("h2", "Subgroups");
  page->Element("p", "A pair belongs to a group if one of its records does.");
  size_t number = 0;
  for (auto at = evaluation.subgroups.begin(); at != evaluation.subgroups.end();) {
    const auto end = std::find_if(at, evaluation.subgroups.end(), [&](const SubgroupOutcome& s) {
      return s.grouping != at->grouping;
    });
    const std::vector<SubgroupOutcome> subgroups(at, end);
    AppendSubgroupTable(subgroups, page);
    page->Open("div", {{"class", "wide"}});
    AppendSubgroupFigure({absl::StrCat("subgroups-", ++number),
                          absl::StrCat("Sensitivity and PPV by ", at->grouping),
                          "One row for each group; the table above has the figures."},
                         subgroups, page);
    page->Close();
    at = end;
  }
}

void AppendNotes(const Evaluation& evaluation, Markup* page) {
  page->Element("h2", "How pairs were counted");
  page->Open("ul");
  page->Element("li",
                "Sensitivity: the share of the pairs to find that was linked. PPV: the share of "
                "the linked pairs that is right. Specificity: the share of the pairs to leave "
                "apart that was left apart. F1: the harmonic mean of sensitivity and PPV.");
  page->Element("li",
                "Intervals are 95 % (Wilson). They cover chance, not errors of the reference.");
  page->Element("li",
                "A pair counts once, however often and in whichever direction it is in the file.");
  if (evaluation.truth_records == 0) {
    page->Element("li",
                  "The reference is another list of pairs, not the truth: where the two differ, "
                  "either may be wrong.");
  }
  page->Close();
}

}  // namespace

std::string EvaluationPage(const Evaluation& evaluation, const PageSource& source) {
  Markup page;
  page.Literal("<!DOCTYPE html>\n");
  page.Open("html", {{"lang", "en"}, {"xmlns", "http://www.w3.org/1999/xhtml"}}).Open("head");
  page.Empty("meta", {{"charset", "utf-8"}});
  page.Empty("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}});
  page.Element("title", absl::StrCat("Evaluation of ", source.evaluated));
  page.Open("style").Literal(kPageStyle).Close().Close();
  page.Open("body").Open("main");
  AppendHead(evaluation, source, &page);
  AppendOverview(evaluation, source, &page);
  if (source.manifest.has_value() && source.manifest->entities.has_value()) {
    AppendEntities(*source.manifest->entities, &page);
  }
  AppendRules(evaluation, &page);
  if (evaluation.scores.has_value()) {
    AppendBands(*evaluation.scores, WordsFor(evaluation), &page);
  }
  AppendScores(evaluation, &page);
  AppendSubgroups(evaluation, &page);
  AppendNotes(evaluation, &page);
  page.Close().Close().Close();
  return page.Finish();
}

}  // namespace blindlink::researcher
