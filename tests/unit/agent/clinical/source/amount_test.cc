#include "agent/clinical/source/amount.h"

#include <gtest/gtest.h>

namespace blindlink::agent {
namespace {

TEST(AmountTest, AnAmountHasTwoPlacesWhateverItsSourceDropped) {
  bool ok = false;
  EXPECT_EQ(AmountOf("875.90", &ok), "875.90");
  EXPECT_EQ(AmountOf("875.9", &ok), "875.90");
  EXPECT_EQ(AmountOf("875", &ok), "875.00");
  EXPECT_EQ(AmountOf("$1,234.5", &ok), "1234.50");
  EXPECT_EQ(AmountOf("-3.1", &ok), "-3.10");
  EXPECT_EQ(AmountOf("0.125", &ok), "0.125");
  EXPECT_EQ(AmountOf(".5", &ok), "0.50");
  EXPECT_TRUE(ok);
  EXPECT_EQ(AmountOf("", &ok), "");
  EXPECT_TRUE(ok);
}

TEST(AmountTest, WhatIsNoNumberIsNoAmount) {
  for (const char* text : {"free", "1.2.3", "-", "1e5", ".", "12,34.5", "1,2,3", "1.234,567,8",
                           "12,", "1,234.567,8", "12,34,567"}) {
    bool ok = true;
    EXPECT_EQ(AmountOf(text, &ok), "") << text;
    EXPECT_FALSE(ok) << text;
  }
}

TEST(AmountTest, CommasArePartOfGroupsOfThreeOrStandBeforeThePlaces) {
  bool ok = false;
  EXPECT_EQ(AmountOf("12,50", &ok), "12.50");
  EXPECT_EQ(AmountOf("12,5", &ok), "12.50");
  EXPECT_EQ(AmountOf("0,125", &ok), "0.125");
  EXPECT_EQ(AmountOf("1,234", &ok), "1234.00");
  EXPECT_EQ(AmountOf("1,234.56", &ok), "1234.56");
  EXPECT_EQ(AmountOf("-1,234,567.8", &ok), "-1234567.80");
  EXPECT_EQ(AmountOf("1.234,56", &ok), "1234.56");
  EXPECT_EQ(AmountOf("1.234.567", &ok), "1234567.00");
  EXPECT_EQ(AmountOf("1.234", &ok), "1.234");
  EXPECT_TRUE(ok);
}

}  // namespace
}  // namespace blindlink::agent
