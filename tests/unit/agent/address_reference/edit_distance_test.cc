#include "agent/address_reference/edit_distance.h"

#include <gtest/gtest.h>

#include <string>

namespace blindlink::agent {
namespace {

TEST(EditDistanceTest, OneEditIsOneLetterMoreLessOrOtherOrTwoExchanged) {
  EXPECT_EQ(EditDistance("MAPLE", "MAPLE", 2), 0);
  EXPECT_EQ(EditDistance("MAPLE", "MAPLES", 2), 1);
  EXPECT_EQ(EditDistance("MAPLE", "MAPE", 2), 1);
  EXPECT_EQ(EditDistance("MAPLE", "MAPKE", 2), 1);
  EXPECT_EQ(EditDistance("MAPLE", "MALPE", 2), 1);
  EXPECT_EQ(EditDistance("MAPLE", "MALPES", 2), 2);
  EXPECT_EQ(EditDistance("", "AB", 2), 2);
}

TEST(EditDistanceTest, MoreThanTheLimitIsTheLimitAndOne) {
  EXPECT_EQ(EditDistance("MAPLE", "CEDAR", 2), 3);
  EXPECT_EQ(EditDistance("MAPLE", "MAPLEWOOD", 2), 3);
  EXPECT_EQ(EditDistance("MAPLE", "MALPES", 1), 2);
  EXPECT_EQ(EditDistance(std::string(65, 'A'), std::string(65, 'A'), 2), 3);
}

}  // namespace
}  // namespace blindlink::agent
