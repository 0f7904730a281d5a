#include "researcher/evaluate/evaluation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "researcher/evaluate/evaluation_report.h"
#include "tests/support/temporary_folder.h"

namespace blindlink::researcher {
namespace {

constexpr char kPairHeader[] = "left_site,left_record,right_site,right_record,level,rule\n";

class EvaluationTest : public testing::Test {
 protected:
  std::string Write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
    return (folder_ / name).string();
  }
  std::string Pairs(const std::string& rows) const {
    return Write("pairs.csv", kPairHeader + rows);
  }
  std::string Entities(const std::string& rows) const {
    return Write("entities.csv", "entity,site,record\n" + rows);
  }
  std::string Truth(const std::string& rows) const {
    return Write("truth.csv", "site,record,person\n" + rows);
  }
  static Evaluation Done(const EvaluationRequest& request) {
    const absl::StatusOr<Evaluation> evaluation = Evaluate(request);
    EXPECT_TRUE(evaluation.ok()) << evaluation.status();
    return evaluation.value_or(Evaluation());
  }
  static void ExpectTable(const Evaluation& evaluation, uint64_t tp, uint64_t fp, uint64_t fn,
                          uint64_t tn) {
    EXPECT_EQ(evaluation.table.true_positives, tp);
    EXPECT_EQ(evaluation.table.false_positives, fp);
    EXPECT_EQ(evaluation.table.false_negatives, fn);
    EXPECT_EQ(evaluation.table.true_negatives, tn);
  }

  TemporaryFolder folder_;
  // Ann: a1, b1, b2. Bob: a2, b3. Cid: a3. Dan: b4.
  const std::string truth_ =
      Truth("a,1,ann\na,2,bob\na,3,cid\nb,1,ann\nb,2,ann\nb,3,bob\nb,4,dan\n");
};

TEST_F(EvaluationTest, PairsAcrossTwoSitesAreCountedAgainstTheTruth) {
  const Evaluation evaluation = Done(
      {.pairs_file = Pairs("a,1,b,1,full,name-dob\na,1,b,2,partial,last\na,3,b,4,partial,last\n"),
       .truth_file = truth_});
  EXPECT_EQ(evaluation.scope, PairScope::kCrossSite);
  // 3 x 4 pairs in all; true are a1-b1, a1-b2, a2-b3.
  ExpectTable(evaluation, 2, 1, 1, 8);
  EXPECT_TRUE(evaluation.true_negatives_known);
  EXPECT_EQ(evaluation.true_pairs, 3);
  EXPECT_EQ(evaluation.truth_persons, 4);
  ASSERT_EQ(evaluation.rules.size(), 2);
  EXPECT_EQ(evaluation.rules[0].rule, "last");
  EXPECT_EQ(evaluation.rules[0].level, "partial");
  EXPECT_EQ(evaluation.rules[0].true_positives, 1);
  EXPECT_EQ(evaluation.rules[0].false_positives, 1);
  EXPECT_EQ(evaluation.rules[1].true_positives, 1);
}

TEST_F(EvaluationTest, APairCountsOnceHoweverOftenAndInWhicheverDirectionItStands) {
  const Evaluation evaluation =
      Done({.pairs_file = Pairs("a,1,b,1,full,first\nb,1,a,1,full,second\na,1,b,1,full,first\n"),
            .truth_file = truth_});
  ExpectTable(evaluation, 1, 0, 2, 9);
  EXPECT_EQ(evaluation.duplicate_rows, 2);
  EXPECT_EQ(evaluation.rules[0].rule, "first");
}

TEST_F(EvaluationTest, NoPairsAtAllMissEveryTruePair) {
  const Evaluation evaluation = Done({.pairs_file = Pairs(""), .truth_file = truth_});
  ExpectTable(evaluation, 0, 0, 3, 9);
  EXPECT_THAT(EvaluationText(evaluation), testing::HasSubstr("PPV          unknown"));
  EXPECT_THAT(EvaluationJson(evaluation), testing::HasSubstr("\"ppv\": null"));
}

TEST_F(EvaluationTest, PairsWithinASiteAreOutOfScopeWhereTheTruthHasTwoSites) {
  const std::string pairs = Pairs("b,1,b,2,full,r\na,1,b,1,full,r\na,1,a,2,full,r\n");
  const Evaluation across = Done({.pairs_file = pairs, .truth_file = truth_});
  ExpectTable(across, 1, 0, 2, 9);
  EXPECT_EQ(across.pairs_out_of_scope, 2);
  const Evaluation within =
      Done({.pairs_file = pairs, .truth_file = truth_, .scope = PairScope::kWithinSite});
  ExpectTable(within, 1, 1, 0, 3 + 6 - 2);
  const Evaluation all =
      Done({.pairs_file = pairs, .truth_file = truth_, .scope = PairScope::kAll});
  ExpectTable(all, 2, 1, 2, 21 - 5);
}

TEST_F(EvaluationTest, ATruthOfOneSiteMeansItsDuplicates) {
  const Evaluation evaluation = Done({.pairs_file = Pairs("a,1,a,2,full,r\na,1,a,3,full,r\n"),
                                      .truth_file = Truth("a,1,x\na,2,x\na,3,y\na,4,y\n")});
  EXPECT_EQ(evaluation.scope, PairScope::kWithinSite);
  ExpectTable(evaluation, 1, 1, 1, 3);
}

TEST_F(EvaluationTest, PairsWithRecordsTheTruthDoesNotKnowAreNeitherTrueNorFalse) {
  const Evaluation evaluation = Done(
      {.pairs_file = Pairs("a,1,b,1,full,r\na,99,b,1,full,r\na,98,b,98,full,r\na,97,a,98,full,r\n"),
       .truth_file = truth_});
  ExpectTable(evaluation, 1, 0, 2, 9);
  EXPECT_EQ(evaluation.pairs_not_in_truth, 2);
  EXPECT_EQ(evaluation.pairs_out_of_scope, 1);
}

TEST_F(EvaluationTest, ARecordPairedWithItselfIsNoPair) {
  const Evaluation evaluation =
      Done({.pairs_file = Pairs("a,1,a,1,full,r\n"), .truth_file = truth_});
  EXPECT_EQ(evaluation.self_pairs, 1);
  EXPECT_EQ(evaluation.pairs, 0);
}

TEST_F(EvaluationTest, SitesAreNotMixedUpThoughTheirRecordsHaveTheSameIds) {
  const Evaluation evaluation =
      Done({.pairs_file = Pairs("a,2,b,2,full,r\n"), .truth_file = truth_});
  ExpectTable(evaluation, 0, 1, 3, 8);
}

TEST_F(EvaluationTest, AnEntityMapStandsForThePairsItImplies) {
  // Ann's records and Cid's are one entity; Bob's records are apart.
  const Evaluation evaluation =
      Done({.entities_file = Entities("e1,a,1\ne1,b,1\ne1,b,2\ne1,a,3\ne2,a,2\ne3,b,3\ne4,b,4\n"),
            .truth_file = truth_});
  // Implied across: {a1,a3} x {b1,b2}; true: a1-b1, a1-b2.
  ExpectTable(evaluation, 2, 2, 1, 7);
  EXPECT_EQ(evaluation.pairs, 4);
  EXPECT_EQ(evaluation.entities, 4);
  EXPECT_TRUE(evaluation.rules.empty());
}

TEST_F(EvaluationTest, AnEntityMapOfSinglesImpliesNothing) {
  const Evaluation evaluation =
      Done({.entities_file = Entities("e1,a,1\ne2,b,1\n"), .truth_file = truth_});
  ExpectTable(evaluation, 0, 0, 3, 9);
}

TEST_F(EvaluationTest, ImpliedPairsWithUnknownRecordsAreCountedApart) {
  const Evaluation evaluation =
      Done({.entities_file = Entities("e1,a,1\ne1,b,1\ne1,b,99\n"), .truth_file = truth_});
  ExpectTable(evaluation, 1, 0, 2, 9);
  EXPECT_EQ(evaluation.pairs_not_in_truth, 1);
}

TEST_F(EvaluationTest, AnotherSystemsPairsAreAReferenceToo) {
  const std::string other = Write("other.csv",
                                  "right_record,left_site,left_record,right_site\n"
                                  "1,a,1,b\n3,a,2,b\n");
  const EvaluationRequest request{.pairs_file = Pairs("b,1,a,1,full,r\na,3,b,4,full,r\n"),
                                  .against_file = other};
  const Evaluation unsized = Done(request);
  ExpectTable(unsized, 1, 1, 1, 0);
  EXPECT_FALSE(unsized.true_negatives_known);
  EXPECT_THAT(EvaluationJson(unsized), testing::HasSubstr("\"tn\": null"));
  EvaluationRequest sized = request;
  sized.records_left = 3;
  sized.records_right = 4;
  ExpectTable(Done(sized), 1, 1, 1, 9);
}

TEST_F(EvaluationTest, AnEntityMapIsMeasuredAgainstPairsWithoutListingItsOwn) {
  const std::string other = Write("other.csv",
                                  "left_site,left_record,right_site,right_record\n"
                                  "a,1,b,1\na,2,b,3\n");
  const Evaluation evaluation =
      Done({.entities_file = Entities("e1,a,1\ne1,b,1\ne1,b,2\ne2,a,2\n"), .against_file = other});
  ExpectTable(evaluation, 1, 1, 1, 0);
}

TEST_F(EvaluationTest, FewerRecordsThanThePairsNeedAreAnError) {
  const std::string other =
      Write("other.csv", "left_site,left_record,right_site,right_record\na,1,b,1\na,2,b,3\n");
  EXPECT_EQ(
      Evaluate(
          {.pairs_file = Pairs(""), .against_file = other, .records_left = 1, .records_right = 1})
          .status()
          .code(),
      absl::StatusCode::kInvalidArgument);
}

TEST_F(EvaluationTest, ErrorsNameFileRowAndColumnButNoRecord) {
  const auto message = [](const EvaluationRequest& request) {
    return std::string(Evaluate(request).status().message());
  };
  const std::string empty_field =
      message({.pairs_file = Pairs("a,1,b,1,full,r\na,SECRET,b,,full,r\n"), .truth_file = truth_});
  EXPECT_THAT(empty_field, testing::HasSubstr("pairs.csv, row 2"));
  EXPECT_THAT(empty_field, testing::HasSubstr("'right_record'"));
  EXPECT_THAT(empty_field, testing::Not(testing::HasSubstr("SECRET")));
  const std::string two_persons =
      message({.pairs_file = Pairs(""), .truth_file = Truth("a,SECRET,x\nb,1,x\na,SECRET,y\n")});
  EXPECT_THAT(two_persons, testing::HasSubstr("truth.csv, row 3"));
  EXPECT_THAT(two_persons, testing::Not(testing::HasSubstr("SECRET")));
  EXPECT_THAT(message({.pairs_file = Write("x.csv", "left_site,left_record,right_site\n"),
                       .truth_file = Truth("a,1,x\n")}),
              testing::HasSubstr("'right_record'"));
  EXPECT_THAT(message({.entities_file = Entities("e1,a,1\ne2,a,1\n"), .truth_file = truth_}),
              testing::HasSubstr("entities.csv, row 2"));
}

TEST_F(EvaluationTest, ScoresThatDifferWithinARuleAreMeasuredAgainstTheTruth) {
  const std::string pairs = Write("scored.csv",
                                  "left_site,left_record,right_site,right_record,rule,score\n"
                                  "a,1,b,1,high,0.99\na,1,b,2,high,0.9\na,3,b,4,review,0.5\n");
  const Evaluation evaluation = Done({.pairs_file = pairs, .truth_file = truth_});
  ASSERT_TRUE(evaluation.scores.has_value());
  ASSERT_EQ(evaluation.scores->curve.size(), 3);
  EXPECT_EQ(evaluation.scores->curve[2].true_positives, 2);
  EXPECT_EQ(evaluation.scores->curve[2].false_positives, 1);
  EXPECT_THAT(EvaluationJson(evaluation), testing::HasSubstr("\"threshold\": 0.99"));
}

TEST_F(EvaluationTest, OneScoreARuleIsTheRulesOwnAndMeasuresNothing) {
  const std::string pairs = Write("scored.csv",
                                  "left_site,left_record,right_site,right_record,rule,score\n"
                                  "a,1,b,1,r1,0.99\na,1,b,2,r1,0.99\na,3,b,4,r2,0.5\n");
  const Evaluation evaluation = Done({.pairs_file = pairs, .truth_file = truth_});
  EXPECT_FALSE(evaluation.scores.has_value());
  EXPECT_THAT(evaluation.why_no_scores, testing::HasSubstr("rules decided"));
}

// Ann: a1, b1, b2 in the north; Bob: a2 in the south, b3 without a group.
constexpr char kGroups[] = "site,record,region\na,1,north\nb,1,north\nb,2,north\na,2,south\n";

TEST_F(EvaluationTest, APairCountsInEveryGroupOfItsRecords) {
  const Evaluation evaluation = Done({.pairs_file = Pairs("a,1,b,1,full,r\na,2,b,3,full,r\n"
                                                          "a,2,b,1,full,r\n"),
                                      .truth_file = truth_,
                                      .subgroups_file = Write("groups.csv", kGroups)});
  ASSERT_EQ(evaluation.subgroups.size(), 3);
  const auto& [north, south, not_stated] =
      std::tie(evaluation.subgroups[0], evaluation.subgroups[1], evaluation.subgroups[2]);
  EXPECT_EQ(north.group, "north");
  EXPECT_EQ(north.table.true_positives, 1);
  EXPECT_EQ(north.table.false_positives, 1);
  EXPECT_EQ(north.table.false_negatives, 1);  // a1-b2
  EXPECT_EQ(south.table.true_positives, 1);
  EXPECT_EQ(south.table.false_positives, 1);
  EXPECT_EQ(south.table.false_negatives, 0);
  EXPECT_EQ(not_stated.group, "not stated");
  EXPECT_EQ(not_stated.table.true_positives, 1);
  EXPECT_EQ(not_stated.table.false_positives, 0);
  EXPECT_THAT(EvaluationText(evaluation), testing::HasSubstr("by region"));
  EXPECT_THAT(EvaluationJson(evaluation), testing::HasSubstr("\"group\": \"north\""));
}

TEST_F(EvaluationTest, ImpliedPairsOfAnEntityMapHaveSubgroupsToo) {
  const Evaluation evaluation =
      Done({.entities_file = Entities("e1,a,1\ne1,b,1\ne1,a,2\ne2,b,2\ne2,b,3\n"),
            .truth_file = truth_,
            .subgroups_file = Write("groups.csv", kGroups)});
  ASSERT_EQ(evaluation.subgroups.size(), 3);
  const ContingencyTable& north = evaluation.subgroups[0].table;
  EXPECT_EQ(north.true_positives, 1);   // a1-b1
  EXPECT_EQ(north.false_positives, 1);  // a2-b1
  EXPECT_EQ(north.false_negatives, 1);  // a1-b2
  const ContingencyTable& south = evaluation.subgroups[1].table;
  EXPECT_EQ(south.true_positives, 0);
  EXPECT_EQ(south.false_positives, 1);
  EXPECT_EQ(south.false_negatives, 1);  // a2-b3
}

TEST_F(EvaluationTest, SubgroupsOfPairsAgainstPairsNeedNoTruth) {
  const std::string other =
      Write("other.csv", "left_site,left_record,right_site,right_record\na,1,b,1\na,2,b,3\n");
  const Evaluation evaluation = Done({.pairs_file = Pairs("a,1,b,1,full,r\n"),
                                      .against_file = other,
                                      .subgroups_file = Write("groups.csv", kGroups)});
  ASSERT_EQ(evaluation.subgroups.size(), 3);
  EXPECT_EQ(evaluation.subgroups[0].table.true_positives, 1);
  EXPECT_EQ(evaluation.subgroups[1].table.false_negatives, 1);
}

TEST_F(EvaluationTest, ATruthsOwnColumnGroupIsUsed) {
  const std::string truth =
      Write("grouped.csv", "site,record,person,group,secret\na,1,p,f,x\nb,1,p,f,y\nb,2,q,m,z\n");
  const Evaluation evaluation =
      Done({.pairs_file = Pairs("a,1,b,1,full,r\n"), .truth_file = truth});
  ASSERT_EQ(evaluation.subgroups.size(), 1);
  EXPECT_EQ(evaluation.subgroups[0].grouping, "group");
  EXPECT_EQ(evaluation.subgroups[0].group, "f");
}

TEST_F(EvaluationTest, AColumnOfManyValuesIsNoGroupingAndNoValueIsShown) {
  std::string groups = "site,record,name\n";
  for (int i = 0; i < 60; ++i) absl::StrAppend(&groups, "a,", i, ",SECRET", i, "\n");
  const absl::Status status = Evaluate({.pairs_file = Pairs(""),
                                        .truth_file = truth_,
                                        .subgroups_file = Write("groups.csv", groups)})
                                  .status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(status.message(), testing::HasSubstr("'name' has more than 50"));
  EXPECT_THAT(status.message(), testing::Not(testing::HasSubstr("SECRET")));
}

TEST_F(EvaluationTest, TheReportNamesNoRecord) {
  const Evaluation evaluation = Done({.pairs_file = Pairs("a,REC-77,b,REC-78,full,name-dob\n"),
                                      .truth_file = Truth("a,REC-77,x\nb,REC-78,x\n")});
  EXPECT_THAT(EvaluationText(evaluation), testing::HasSubstr("name-dob"));
  EXPECT_THAT(EvaluationText(evaluation), testing::Not(testing::HasSubstr("REC")));
  EXPECT_THAT(EvaluationJson(evaluation), testing::Not(testing::HasSubstr("REC")));
}

}  // namespace
}  // namespace blindlink::researcher
