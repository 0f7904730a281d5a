#include "researcher/report/evaluation_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace blindlink::researcher {
namespace {

using testing::HasSubstr;
using testing::Not;

Evaluation SomeEvaluation() {
  Evaluation evaluation;
  evaluation.table = {90, 10, 30, 1000};
  evaluation.true_negatives_known = true;
  evaluation.true_pairs = 120;
  evaluation.truth_records = 200;
  evaluation.truth_persons = 100;
  evaluation.rules = {{"name-dob", "full", 90, 10}};
  evaluation.why_no_scores = "all pairs of a rule have the same score: rules decided";
  return evaluation;
}

TEST(EvaluationPage, ShowsCountsMeasuresAndTheDiagram) {
  const std::string page =
      EvaluationPage(SomeEvaluation(), {.evaluated = "pairs.csv", .reference = "truth.csv"});
  EXPECT_THAT(page, HasSubstr("0.7500 (0.6"));  // sensitivity of 90 in 120
  EXPECT_THAT(page, HasSubstr("0.9000 (0.8"));  // PPV of 90 in 100
  EXPECT_THAT(page, HasSubstr("90 pairs in both, 10 linked only, 30 true only"));
  EXPECT_THAT(page, HasSubstr("name-dob"));
}

TEST(EvaluationPage, WithoutScoresSaysWhyThereIsNoCurve) {
  const std::string page =
      EvaluationPage(SomeEvaluation(), {.evaluated = "pairs.csv", .reference = "truth.csv"});
  EXPECT_THAT(page, HasSubstr("No curve is drawn: all pairs of a rule have the same score"));
  EXPECT_THAT(page, Not(HasSubstr("precision-recall")));
}

TEST(EvaluationPage, WithScoresDrawsTheCurveAndTheBands) {
  Evaluation evaluation = SomeEvaluation();
  std::vector<ScoredPair> pairs;
  for (int i = 0; i < 100; ++i) pairs.push_back({0.5 + i / 250.0, i >= 10});
  evaluation.scores = OutcomeOfScores(pairs);
  evaluation.why_no_scores = "";
  const std::string page =
      EvaluationPage(evaluation, {.evaluated = "pairs.csv", .reference = "truth.csv"});
  for (const char* part : {"precision-recall-title", "threshold-title", "calibration-title",
                           "used: 0.5", "highest F1: 0.54", "bands-title"}) {
    EXPECT_THAT(page, HasSubstr(part));
  }
}

TEST(EvaluationPage, NothingAtAllIsStillAPage) {
  Evaluation nothing;
  nothing.why_no_scores = "the file of pairs has no scores";
  const std::string page = EvaluationPage(nothing, {.evaluated = "p.csv", .reference = "o.csv"});
  EXPECT_THAT(page, HasSubstr("There is nothing to draw"));
  EXPECT_THAT(page, HasSubstr("unknown"));
  EXPECT_THAT(page, Not(HasSubstr("nan")));
}

TEST(EvaluationPage, NamesOfFilesRulesAndGroupsAreEscaped) {
  Evaluation evaluation = SomeEvaluation();
  evaluation.rules[0].rule = "<script>alert(1)</script>";
  evaluation.subgroups = {{"<b>sex</b>", "\"F\" & <M>", {9, 1, 2, 0}}};
  const std::string page =
      EvaluationPage(evaluation, {.evaluated = "<i>.csv", .reference = "a&b.csv"});
  for (const char* raw : {"<script>", "<b>", "<i>", "a&b", "& <M>"}) {
    EXPECT_THAT(page, Not(HasSubstr(raw)));
  }
  EXPECT_THAT(page, HasSubstr("&lt;script&gt;"));
}

TEST(EvaluationPage, TheRunsOwnEstimatesStandBesideTheTruth) {
  ResultManifest manifest;
  manifest.run = "run-000007";
  manifest.run_started = "2026-03-14T09:00:00Z";
  manifest.expected = ExpectedQuality{0.6125, 118, 0.9876, 0.7654, {"few true pairs"}};
  PageSource source{.evaluated = "pairs.csv", .reference = "truth.csv", .manifest = manifest};
  const std::string page = EvaluationPage(SomeEvaluation(), source);
  for (const char* part : {"run-000007", "2026-03-14T09:00:00Z", "0.6125", "0.9876", "0.7654",
                           "The run noted: few true pairs"}) {
    EXPECT_THAT(page, HasSubstr(part));
  }
  source.date = "14 March";
  EXPECT_THAT(EvaluationPage(SomeEvaluation(), source), HasSubstr("<dd>14 March</dd>"));
}

TEST(EvaluationPage, TheSizesOfEntitiesAndTheRefusedJoinsAreShown) {
  ResultManifest manifest;
  manifest.entities = EntityFacts{{{1, 501}, {7, 11}}, 12, 13, 14, 15};
  const PageSource source{.evaluated = "pairs.csv", .reference = "truth.csv", .manifest = manifest};
  const std::string page = EvaluationPage(SomeEvaluation(), source);
  for (const char* part : {"Sizes of entities", ">501<", "13 weak bridges", "14 for two records",
                           "12 for too large", "their records: 15."}) {
    EXPECT_THAT(page, HasSubstr(part));
  }
}

TEST(EvaluationPage, LoadsNothingAndRunsNothing) {
  const std::string page =
      EvaluationPage(SomeEvaluation(), {.evaluated = "pairs.csv", .reference = "truth.csv"});
  for (const char* part : {"<script", "<link", "<img", "url(", "@import", "src=", "href="}) {
    EXPECT_THAT(page, Not(HasSubstr(part)));
  }
}

}  // namespace
}  // namespace blindlink::researcher
