#include "agent/compare/name_rarity.h"

#include <gtest/gtest.h>

#include <numeric>

namespace blindlink::agent {
namespace {

constexpr uint64_t kSmith = 1;
constexpr uint64_t kRare = 2;

// Memory holds ten records named Smith and ten with a rare name; the larger file has 10 000
// records, of which 500 are Smiths and one has the rare name.
NameFrequencies Frequencies() {
  NameFrequencies names;
  for (int i = 0; i < 10; ++i) names.AddHeld(kSmith);
  names.AddHeld(kRare);
  for (uint64_t i = 0; i < 500; ++i) names.AddOfLargerFile(kSmith);
  names.AddOfLargerFile(kRare);
  for (uint64_t i = 501; i < 10000; ++i) names.AddOfLargerFile(1000 + i);
  return names;
}

TEST(NameRarityTest, ClassesGoByTheShareOfTheLargerFile) {
  const NameFrequencies names = Frequencies();
  EXPECT_STREQ(NameRarityLevels()[names.RarityOf(kSmith)], "1 in 50");
  EXPECT_STREQ(NameRarityLevels()[names.RarityOf(kRare)], "1 in 20 000");
  EXPECT_STREQ(NameRarityLevels()[names.RarityOf(77)], "rarer");
}

TEST(NameRarityTest, StrangersShareCommonNamesMoreOftenThanOnePersonsRecordsDo) {
  ScoredField field;
  v1::ChanceAgreement chance;
  Frequencies().Describe(&field, &chance);
  const auto share = [&chance](size_t level) {
    const auto& counts = chance.levels();
    const double all = std::accumulate(counts.begin(), counts.end(), 0.0);
    return static_cast<double>(counts[static_cast<int>(level)]) / all;
  };
  EXPECT_GT(share(1), field.usual_match[1]);
  EXPECT_LT(share(6), field.usual_match[6]);
  EXPECT_DOUBLE_EQ(std::accumulate(field.usual_match.begin(), field.usual_match.end(), 0.0), 1);
  EXPECT_EQ(chance.levels_size(), static_cast<int>(NameRarityLevels().size()));
}

TEST(NameRarityTest, WithoutAnyRecordNothingIsImpossible) {
  ScoredField field;
  v1::ChanceAgreement chance;
  NameFrequencies().Describe(&field, &chance);
  for (size_t level = 1; level < field.usual_match.size(); ++level) {
    EXPECT_GT(field.usual_match[level], 0);
  }
}

}  // namespace
}  // namespace blindlink::agent
