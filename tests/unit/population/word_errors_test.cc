#include "tests/population/word_errors.h"

#include "gtest/gtest.h"

namespace blindlink::population {
namespace {

TEST(WordErrors, ATypoChangesTheWordButNotItsFirstLetter) {
  for (const absl::string_view word : {"Smith", "Lee", "Al", "Anna", "Connolly"}) {
    for (uint64_t i = 0; i < 200; ++i) {
      Draw draw(1, Purpose::kClaimsRecord, i);
      const std::string typo = WithTypo(word, draw);
      EXPECT_NE(typo, word);
      EXPECT_EQ(typo[0], word[0]);
    }
  }
}

TEST(WordErrors, ADigitErrorChangesTheDigitsAndKeepsTheirCount) {
  for (uint64_t i = 0; i < 200; ++i) {
    Draw draw(1, Purpose::kClaimsRecord, i);
    const std::string digits = WithDigitError("078051120", draw);
    EXPECT_NE(digits, "078051120");
    EXPECT_EQ(digits.size(), 9U);
  }
}

TEST(WordErrors, AWordWithoutAPlaceForTheErrorStaysAsItIs) {
  Draw draw(1, Purpose::kClaimsRecord, 0);
  EXPECT_EQ(WithOcrError("Q", draw), "Q");
  EXPECT_EQ(WithPhoneticError("", draw), "");
}

TEST(WordErrors, AccentsAreDroppedAndUpperCaseKeepsThem) {
  EXPECT_TRUE(HasAccents("Muñoz"));
  EXPECT_FALSE(HasAccents("Munoz"));
  EXPECT_EQ(WithoutAccents("Ángel Muñoz"), "Angel Munoz");
  EXPECT_EQ(UpperCase("Peña"), "PEÑA");
}

}  // namespace
}  // namespace blindlink::population
