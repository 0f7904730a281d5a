#include "resolver/service/expiry_warnings.h"

#include <gtest/gtest.h>

namespace blindlink::resolver {
namespace {

constexpr int64_t kNow = 1'700'000'000;
constexpr int64_t kDay = 86400;
constexpr Sha256Digest kNorth = {1};
constexpr Sha256Digest kSouth = {2};

TEST(ExpiryWarnings, BeginThirtyDaysAhead) {
  ExpiryWarnings warnings;
  EXPECT_FALSE(warnings.IsDue(kNorth, kNow + 31 * kDay, kNow));
  EXPECT_FALSE(warnings.IsDue(kNorth, kNow + 30 * kDay + 1, kNow));
  EXPECT_TRUE(warnings.IsDue(kNorth, kNow + 30 * kDay, kNow));
  EXPECT_EQ(DaysLeft(kNow + 30 * kDay, kNow), 30);
  EXPECT_TRUE(warnings.IsDue(kSouth, kNow - 1, kNow));
}

TEST(ExpiryWarnings, ComeOnceADayForEachCertificate) {
  ExpiryWarnings warnings;
  const int64_t end = kNow + 20 * kDay;
  EXPECT_TRUE(warnings.IsDue(kNorth, end, kNow));
  EXPECT_FALSE(warnings.IsDue(kNorth, end, kNow + kDay - 1));
  EXPECT_TRUE(warnings.IsDue(kSouth, end, kNow + kDay - 1));
  EXPECT_TRUE(warnings.IsDue(kNorth, end, kNow + kDay));
}

}  // namespace
}  // namespace blindlink::resolver
