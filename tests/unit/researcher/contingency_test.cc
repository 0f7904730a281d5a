#include "researcher/evaluate/contingency.h"

#include <gtest/gtest.h>

namespace blindlink::researcher {
namespace {

// Newcombe (1998), Statistics in Medicine 17:857, table I, method 3.
TEST(WilsonInterval, MeetsNewcombesExamples) {
  const Proportion many = WilsonInterval(81, 263);
  EXPECT_NEAR(many.low, 0.2553, 5e-5);
  EXPECT_NEAR(many.high, 0.3662, 5e-5);
  const Proportion few = WilsonInterval(15, 148);
  EXPECT_NEAR(few.low, 0.0624, 5e-5);
  EXPECT_NEAR(few.high, 0.1605, 5e-5);
  const Proportion none = WilsonInterval(0, 20);
  EXPECT_NEAR(none.low, 0, 1e-12);
  EXPECT_NEAR(none.high, 0.1611, 5e-5);
  EXPECT_NEAR(WilsonInterval(1, 29).low, 0.0061, 5e-5);
}

TEST(WilsonInterval, OfNothingKnowsNothing) {
  const Proportion unknown = WilsonInterval(0, 0);
  EXPECT_EQ(unknown.low, 0);
  EXPECT_EQ(unknown.high, 1);
}

TEST(ContingencyTable, ItsFiguresAreThoseOfTheDefinitions) {
  const ContingencyTable table{
      .true_positives = 83, .false_positives = 2, .false_negatives = 17, .true_negatives = 998};
  EXPECT_DOUBLE_EQ(table.Sensitivity().value, 0.83);
  EXPECT_DOUBLE_EQ(table.PositivePredictiveValue().value, 83.0 / 85);
  EXPECT_DOUBLE_EQ(table.Specificity().value, 0.998);
  EXPECT_DOUBLE_EQ(table.F1(), 2 * 83.0 / (2 * 83 + 2 + 17));
}

TEST(ContingencyTable, WithNothingFoundF1IsZero) {
  EXPECT_EQ((ContingencyTable{.false_negatives = 5}.F1()), 0);
  EXPECT_EQ(ContingencyTable{}.F1(), 0);
}

}  // namespace
}  // namespace blindlink::researcher
