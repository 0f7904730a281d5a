#include "agent/synthetic/privacy_check.h"

#include <gtest/gtest.h>

#include <cmath>

#include "agent/synthetic/closeness.h"

namespace blindlink::agent {
namespace {

std::vector<Domain> Domains() {
  std::vector<Domain> domains;
  for (int c = 0; c < 6; ++c)
    domains.push_back(Domain::OfNumbers(std::string(1, 'a' + c), 0, 9, 1));
  return domains;
}

CodedTable RandomTable(uint64_t seed) {
  const auto random = SeededRandom(seed);
  CodedTable table = CodedTable::For(Domains());
  for (auto& column : table.columns) {
    for (int i = 0; i < 500; ++i) column.push_back(static_cast<uint16_t>(random->Below(10)));
  }
  return table;
}

TEST(PrivacyCheckTest, ACopyOfTheDataIsFound) {
  const CodedTable real = RandomTable(1), holdout = RandomTable(2);
  const PrivacyCheck check = CheckPrivacy(Domains(), real, holdout, real);
  EXPECT_EQ(check.equal_to_real, 1);
  EXPECT_LT(check.equal_to_holdout, 0.05);
  EXPECT_GT(check.nearer_to_real, 0.95);
  EXPECT_EQ(check.distances_to_real[0], 500u);
  ASSERT_EQ(check.attributes.size(), 6u);
  EXPECT_GT(check.attributes[0].right_for_real, 0.95);
  EXPECT_LT(check.attributes[0].right_for_holdout, 0.3);
}

TEST(PrivacyCheckTest, UnrelatedRowsAreNoNearerToTheData) {
  const PrivacyCheck check =
      CheckPrivacy(Domains(), RandomTable(1), RandomTable(2), RandomTable(3));
  EXPECT_NEAR(check.nearer_to_real, 0.5, 0.05);
  EXPECT_NEAR(check.attributes[0].right_for_real, check.attributes[0].right_for_holdout, 0.1);
}

TEST(ClosenessTest, DistancesAreThoseByHand) {
  const CodedTable left{{2, 2}, {{0, 0, 1, 1}, {0, 1, 0, 1}}};
  const CodedTable right{{2, 2}, {{0, 0, 0, 1}, {0, 0, 0, 1}}};
  const Closeness closeness = CompareTables(left, right);
  EXPECT_DOUBLE_EQ(closeness.columns[0], 0.25);
  EXPECT_DOUBLE_EQ(closeness.one_way_max, 0.25);
  EXPECT_DOUBLE_EQ(closeness.two_way, 0.5);
  EXPECT_DOUBLE_EQ(closeness.cramers_v, 1);
  EXPECT_EQ(CompareTables(left, left).two_way_max, 0);
}

TEST(CramersVTest, IsOneForACopyAndZeroForUnrelatedColumns) {
  EXPECT_DOUBLE_EQ(CramersV({5, 0, 0, 7}, 2), 1);
  EXPECT_DOUBLE_EQ(CramersV({4, 4, 8, 8}, 2), 0);
  // A value that never occurs changes nothing.
  EXPECT_DOUBLE_EQ(CramersV({5, 0, 0, 0, 7, 0}, 3), 1);
}

}  // namespace
}  // namespace blindlink::agent
