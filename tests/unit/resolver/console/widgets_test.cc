#include "resolver/console/widgets.h"

#include <gtest/gtest.h>

#include <limits>

namespace blindlink::resolver {
namespace {

TEST(CountText, GroupsThousands) {
  EXPECT_EQ(CountText(0), "0");
  EXPECT_EQ(CountText(999), "999");
  EXPECT_EQ(CountText(1000), "1,000");
  EXPECT_EQ(CountText(12'345'678), "12,345,678");
}

TEST(BytesText, TakesTheLargestUnitThatFits) {
  EXPECT_EQ(BytesText(0), "0 bytes");
  EXPECT_EQ(BytesText(1536), "1.5 KiB");
  EXPECT_EQ(BytesText(uint64_t{5} << 40), "5.0 TiB");
}

TEST(TimeText, IsUtcAndSaysNothingOfATimeThatIsNotKnown) {
  EXPECT_EQ(TimeText(1'700'000'000), "2023-11-14 22:13 UTC");
  EXPECT_EQ(TimeText(0), "-");
}

TEST(ShareText, SaysNothingOfWhatIsNoNumber) {
  EXPECT_EQ(ShareText(0.1234), "12.3 %");
  EXPECT_EQ(ShareText(std::numeric_limits<double>::quiet_NaN()), "-");
}

TEST(Path, EscapesWhatIsNotPartOfAName) {
  EXPECT_EQ(Path({"projects", "flu"}), "/projects/flu");
  EXPECT_EQ(Path({"a/b", "?x=1&y"}), "/a%2Fb/%3Fx%3D1%26y");
}

TEST(Bar, StaysWithinItsBox) {
  EXPECT_NE(Bar(7).Finish().find("width=\"100.0\""), std::string::npos);
  EXPECT_NE(Bar(-1).Finish().find("width=\"0.0\""), std::string::npos);
}

}  // namespace
}  // namespace blindlink::resolver
