#include "agent/standardize/text/string_similarity.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "common/csv/csv_reader.h"

namespace blindlink::agent {
namespace {

TEST(JaroWinklerTest, GivesWinklersPublishedFigures) {
  EXPECT_NEAR(JaroWinkler("MARTHA", "MARHTA"), 0.961, 0.0005);
  EXPECT_NEAR(JaroWinkler("DWAYNE", "DUANE"), 0.840, 0.0005);
  EXPECT_NEAR(JaroWinkler("DIXON", "DICKSONX"), 0.813, 0.0005);
}

TEST(JaroWinklerTest, IsOneForEqualTextsAndNothingForTextsWithoutACommonLetter) {
  EXPECT_DOUBLE_EQ(JaroWinkler("CARTER", "CARTER"), 1);
  EXPECT_DOUBLE_EQ(JaroWinkler("ABC", "XYZ"), 0);
  EXPECT_DOUBLE_EQ(JaroWinkler("", "XYZ"), 0);
  EXPECT_DOUBLE_EQ(JaroWinkler("", ""), 0);
}

TEST(JaroWinklerTest, DoesNotDependOnWhichTextIsFirst) {
  for (const auto& [a, b] : std::vector<std::pair<std::string, std::string>>{
           {"JONATHAN", "JONHATAN"}, {"LEE", "LEIGH"}, {"ANN", "NANCY"}}) {
    EXPECT_DOUBLE_EQ(JaroWinkler(a, b), JaroWinkler(b, a));
  }
}

TEST(JaroWinklerTest, CountsCharactersNotBytes) {
  EXPECT_DOUBLE_EQ(JaroWinkler("山田", "山本"), JaroWinkler("AB", "AC"));
}

TEST(JaroWinklerTest, TakesTextsOfAnyLength) {
  const std::string a(10000, 'A');
  EXPECT_DOUBLE_EQ(JaroWinkler(a, a), 1);
  EXPECT_EQ(EditDistance(a, a), 0u);
}

TEST(EditDistanceTest, OneEditIsOneLetterMoreLessOrOtherOrTwoExchanged) {
  EXPECT_EQ(EditDistance("MAPLE", "MAPLE", 2), 0u);
  EXPECT_EQ(EditDistance("MAPLE", "MAPLES", 2), 1u);
  EXPECT_EQ(EditDistance("MAPLE", "MAPE", 2), 1u);
  EXPECT_EQ(EditDistance("MAPLE", "MAPKE", 2), 1u);
  EXPECT_EQ(EditDistance("MAPLE", "MALPE", 2), 1u);
  EXPECT_EQ(EditDistance("MAPLE", "MALPES", 2), 2u);
  EXPECT_EQ(EditDistance("", "AB", 2), 2u);
}

TEST(EditDistanceTest, MoreThanTheLimitIsTheLimitAndOne) {
  EXPECT_EQ(EditDistance("MAPLE", "CEDAR", 2), 3u);
  EXPECT_EQ(EditDistance("MAPLE", "MAPLEWOOD", 2), 3u);
  EXPECT_EQ(EditDistance("MAPLE", "MALPES", 1), 2u);
}

TEST(EditDistanceTest, CountsOneForAWrongAMissingAndAnExchangedDigit) {
  EXPECT_EQ(EditDistance("123456789", "123456780"), 1u);
  EXPECT_EQ(EditDistance("123456789", "12345678"), 1u);
  EXPECT_EQ(EditDistance("123456789", "123465789"), 1u);
  EXPECT_EQ(EditDistance("123456789", "987654321"), EditDistance("987654321", "123456789"));
  EXPECT_EQ(EditDistance("", "123"), 3u);
}

// Vectors of the jellyfish library, which computes the same measures.
class JellyfishVectors : public testing::Test {
 protected:
  // Each row has two texts and a number; the file has no header.
  static std::vector<std::vector<std::string>> Rows(const std::string& name) {
    const char* data = std::getenv("BLINDLINK_DATA");
    const std::string folder =
        data != nullptr ? data : std::string(BLINDLINK_SOURCE_DIR) + "/../shared/data";
    std::vector<std::vector<std::string>> rows;
    const auto file = CsvReader::Open(folder + "/vectors/jellyfish/" + name);
    if (!file.ok()) {
      std::cout << "SKIPPED: no data at " << folder << "\n";
      return rows;
    }
    rows.push_back((*file)->header());
    for (auto more = (*file)->Next(); more.ok() && *more; more = (*file)->Next()) {
      rows.push_back((*file)->fields());
    }
    return rows;
  }
};

TEST_F(JellyfishVectors, JaroWinklerGivesTheirFigures) {
  for (const std::vector<std::string>& row : Rows("jaro_winkler.csv")) {
    ASSERT_EQ(row.size(), 3u);
    EXPECT_NEAR(JaroWinkler(row[0], row[1]), std::stod(row[2]), 0.0006) << row[0] << " " << row[1];
  }
}

TEST_F(JellyfishVectors, EditDistanceGivesTheirFigures) {
  for (const std::vector<std::string>& row : Rows("damerau_levenshtein.csv")) {
    ASSERT_EQ(row.size(), 3u);
    EXPECT_EQ(EditDistance(row[0], row[1]), std::stoul(row[2])) << row[0] << " " << row[1];
  }
}

}  // namespace
}  // namespace blindlink::agent
