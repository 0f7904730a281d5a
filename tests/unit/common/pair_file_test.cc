#include "common/pairs/pair_file.h"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/temporary_folder.h"

namespace blindlink {
namespace {

class PairFileTest : public testing::Test {
 protected:
  PairFile Read(const std::string& text) {
    const std::string path = (folder_ / "pairs.csv").string();
    std::ofstream(path, std::ios::binary) << text;
    absl::StatusOr<PairFile> file = PairFile::Read(path, &records_);
    EXPECT_TRUE(file.ok()) << file.status();
    return file.ok() ? *std::move(file) : PairFile();
  }

  TemporaryFolder folder_;
  RecordTable records_;
};

TEST_F(PairFileTest, ScoresAreReadWhereEveryRowHasOne) {
  const PairFile file = Read(
      "left_site,left_record,right_site,right_record,score\n"
      "a,1,b,1,0.25\na,2,b,2,1e-3\nb,1,a,1,0.75\n");
  EXPECT_TRUE(file.has_scores);
  ASSERT_EQ(file.pairs.size(), 2);
  EXPECT_EQ(file.pairs[0].score, 0.25);  // its first score
  EXPECT_EQ(file.pairs[1].score, 0.001);
}

TEST_F(PairFileTest, ARowWithoutANumberIsCountedAndLeavesTheFileWithoutScores) {
  const PairFile file = Read(
      "left_site,left_record,right_site,right_record,score\n"
      "a,1,b,1,0.25\na,2,b,2,\na,3,b,3,sure\na,4,b,4,nan\n");
  EXPECT_FALSE(file.has_scores);
  EXPECT_EQ(file.rows_without_score, 3);
  EXPECT_EQ(file.pairs.size(), 4);
}

TEST_F(PairFileTest, WithoutTheColumnThereAreNoScores) {
  const PairFile file = Read("left_site,left_record,right_site,right_record\na,1,b,1\n");
  EXPECT_FALSE(file.has_scores);
  EXPECT_EQ(file.rows_without_score, file.rows);
}

}  // namespace
}  // namespace blindlink
