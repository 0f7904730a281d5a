#include "agent/clinical/dates/zip3.h"

#include <gtest/gtest.h>

namespace blindlink::agent {
namespace {

TEST(Zip3Test, IsTheFirstThreeDigitsWhereMoreThan20000PeopleLive) {
  EXPECT_EQ(Zip3("02139"), "021");
  EXPECT_EQ(Zip3("02139-1234"), "021");
  EXPECT_EQ(Zip3("2139"), "021");
  EXPECT_EQ(Zip3("2139-1234"), "021");
  EXPECT_EQ(Zip3("03601"), "000");
  EXPECT_EQ(Zip3("89301"), "000");
}

TEST(Zip3Test, OfWhatIsNoZipIsEmpty) {
  for (const char* text : {"", "2", "21", "213", "SW1A 1AA", "02-139"})
    EXPECT_EQ(Zip3(text), "") << text;
}

}  // namespace
}  // namespace blindlink::agent
