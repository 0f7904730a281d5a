#include "agent/why_missed/pairs_in_question.h"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/temporary_folder.h"

namespace blindlink::agent {
namespace {

class PairsInQuestionTest : public testing::Test {
 protected:
  PairsInQuestion Read(const std::string& truth, const std::string& pairs,
                       std::optional<PairScope> scope = std::nullopt) {
    const std::string truth_file = Write("truth.csv", "site,record,person\n" + truth);
    const std::string pairs_file =
        Write("pairs.csv", "left_site,left_record,right_site,right_record\n" + pairs);
    auto read = PairsInQuestion::Read(truth_file, pairs_file, scope);
    EXPECT_TRUE(read.ok()) << read.status();
    return read.ok() ? *std::move(read) : PairsInQuestion();
  }
  std::string Write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
    return (folder_ / name).string();
  }

  TemporaryFolder folder_;
};

TEST_F(PairsInQuestionTest, TruePairsNotFoundAreMissedAndFoundOnesNotTrueAreWrong) {
  const PairsInQuestion pairs =
      Read("a,1,x\nb,1,x\na,2,y\nb,2,y\na,3,z\n", "b,1,a,1\na,2,b,1\na,3,b,77\n");
  EXPECT_EQ(pairs.true_pairs, 2);
  EXPECT_EQ(pairs.found_pairs, 2);  // the truth does not contain b77
  ASSERT_EQ(pairs.missed.size(), 1);
  EXPECT_EQ(pairs.missed[0].left, pairs.records.Find("a", "2"));
  EXPECT_EQ(pairs.missed[0].right, pairs.records.Find("b", "2"));
  ASSERT_EQ(pairs.wrong.size(), 1);
  EXPECT_EQ(pairs.wrong[0].left, pairs.records.Find("b", "1"));
  EXPECT_EQ(pairs.wrong[0].right, pairs.records.Find("a", "2"));
}

TEST_F(PairsInQuestionTest, ScopeIsThatOfTheEvaluation) {
  const std::string truth = "a,1,x\na,2,x\nb,1,x\n";
  EXPECT_EQ(Read(truth, "").missed.size(), 2);
  EXPECT_EQ(Read(truth, "", PairScope::kWithinSite).missed.size(), 1);
  EXPECT_EQ(Read(truth, "", PairScope::kAll).missed.size(), 3);
  EXPECT_EQ(Read("a,1,x\na,2,x\n", "").missed.size(), 1);
}

}  // namespace
}  // namespace blindlink::agent
