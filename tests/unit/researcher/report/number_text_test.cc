#include "researcher/report/number_text.h"

#include <gtest/gtest.h>

namespace blindlink::researcher {
namespace {

TEST(NumberText, CountsHaveTheirThousandsApart) {
  EXPECT_EQ(CountText(0), "0");
  EXPECT_EQ(CountText(999), "999");
  EXPECT_EQ(CountText(1234567), "1\u00a0234\u00a0567");
}

TEST(NumberText, OnlyAWholeShareReadsAsWhole) {
  EXPECT_EQ(ShareText(1), "1");
  EXPECT_EQ(ShareText(0), "0");
  EXPECT_EQ(ShareText(0.5), "0.5000");
  EXPECT_EQ(ShareText(0.99998), "0.999980");
  EXPECT_EQ(ShareText(1.0 - 1e-8).substr(0, 10), "0.99999999");
}

TEST(NumberText, AShareOfNothingIsUnknown) {
  EXPECT_EQ(IntervalText(WilsonInterval(0, 0), 0), "unknown");
  EXPECT_EQ(IntervalText({0.5, 0.25, 1}, 4), "0.5000 (0.2500 to 1)");
}

}  // namespace
}  // namespace blindlink::researcher
