#include "agent/tokenize/record_tokenizer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/agent/tokenize/tokenize_fixture.h"

namespace blindlink::agent {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

std::vector<int> FormCodes(const std::vector<MadeToken>& tokens) {
  std::vector<int> codes;
  for (const MadeToken& made : tokens) codes.push_back(made.form_code);
  return codes;
}

// The tokens here were computed once with Python's hmac and hashlib from docs/formats/tokens.md.
TEST(RecordTokenizer, TokensAreThoseOfAnIndependentComputation) {
  TokenizeFixture fixture(kNameDob);
  EXPECT_THAT(fixture.Shown({{"Peggy"}, {"O'Brien"}, {"1970-03-04"}}),
              ElementsAre("0:321f53756982afa94139395df07873f6",    // PEGGY OBRIEN 19700304
                          "4:55125e832155549068caf8981ff0f45f",    // OBRIEN PEGGY 19700304
                          "1:887e8de6afbf0ce94b8b605985d46032",    // MARGARET OBRIEN 19700304
                          "2:7edf99635eca08203a0125d3e0c02ca2",    // PEGGY OBRIEN 19700403
                          "3:c68f22db126d91e4fdf2ceffbed07d95"));  // MARGARET OBRIEN 19700403
}

TEST(RecordTokenizer, ABaseFormOtherThanTheTextItselfIsHashedWithoutItsName) {
  TokenizeFixture fixture(std::string(kNameDob) + kLastDob);
  const std::vector<std::string> shown = fixture.Shown({{}, {"O'Brien"}, {"1970-03-04"}});
  EXPECT_THAT(shown, ElementsAre("0:c7add3d01cb5d947a7988e6e0bc3d0ea"));  // O165 19700304
}

TEST(RecordTokenizer, AMissingComponentGivesNoToken) {
  TokenizeFixture fixture(kNameDob);
  EXPECT_THAT(fixture.Tokenize({{"Ted"}, {}, {"1970-03-04"}}), IsEmpty());
  EXPECT_THAT(fixture.Tokenize({{"Ted"}, {"unknown"}, {"1970-03-04"}}), IsEmpty());
}

TEST(RecordTokenizer, ADateKnownInPartIsNoWholeDate) {
  TokenizeFixture fixture(kNameDob);
  EXPECT_THAT(fixture.Tokenize({{"Ted"}, {"Roe"}, {"1970"}}), IsEmpty());
  EXPECT_THAT(fixture.Tokenize({{"Ted"}, {"Roe"}, {"Mar 1970"}}), IsEmpty());
  EXPECT_THAT(fixture.unused(), IsEmpty());
}

TEST(RecordTokenizer, ANameOfNobodyIsNoNameButItsHalvesAre) {
  TokenizeFixture fixture(kNameDob);
  EXPECT_THAT(fixture.Tokenize({{"Mickey"}, {"Mouse"}, {"1970-05-05"}}), IsEmpty());
  ASSERT_THAT(fixture.unused(), SizeIs(2));
  EXPECT_STREQ(fixture.unused()[0].reason, "fictitious-person");
  EXPECT_THAT(fixture.Tokenize({{"Mickey"}, {"Rooney"}, {"1970-05-05"}}), Not(IsEmpty()));
  EXPECT_THAT(fixture.Tokenize({{"Anna"}, {"Mouse"}, {"1970-05-05"}}), Not(IsEmpty()));
}

TEST(RecordTokenizer, AValueThatCannotBeUsedIsReportedByPlaceAndReason) {
  TokenizeFixture fixture(kNameDob);
  EXPECT_THAT(fixture.Tokenize({{"Ted"}, {"Roe"}, {"1970-02-30"}}), IsEmpty());
  ASSERT_THAT(fixture.unused(), SizeIs(1));
  EXPECT_EQ(fixture.unused()[0].row, 7u);
  EXPECT_EQ(fixture.unused()[0].field, 2u);
  EXPECT_STREQ(fixture.unused()[0].reason, "impossible-date");
}

TEST(RecordTokenizer, ANameThatIsItsOwnRootMakesNoSecondToken) {
  TokenizeFixture fixture(kNameDob);
  EXPECT_THAT(FormCodes(fixture.Tokenize({{"Theodore"}, {"Roe"}, {"1970-05-05"}})),
              ElementsAre(0, 4));
}

TEST(RecordTokenizer, ExchangedEqualNamesMakeNoSecondToken) {
  TokenizeFixture fixture(kNameDob);
  EXPECT_THAT(FormCodes(fixture.Tokenize({{"William"}, {"William"}, {"1970-05-05"}})),
              ElementsAre(0));
}

TEST(RecordTokenizer, TheExchangedTokenIsTheOthersPlainOne) {
  TokenizeFixture fixture(kNameDob);
  const auto one = fixture.Tokenize({{"Maria"}, {"Garcia"}, {"1970-05-05"}});
  const auto other = fixture.Tokenize({{"Garcia"}, {"Maria"}, {"1970-05-05"}});
  ASSERT_GE(one.size(), 2u);
  ASSERT_GE(other.size(), 2u);
  EXPECT_EQ(one[1].form_code, 4);
  EXPECT_EQ(one[1].token, other[0].token);
  EXPECT_EQ(other[1].token, one[0].token);
}

TEST(RecordTokenizer, EveryValueOfARecordMakesTokens) {
  TokenizeFixture fixture(std::string(kNameDob) + kLastDob);
  const auto tokens = fixture.Tokenize({{}, {"Roe", "Lee", "LEE"}, {"1970-05-05"}});
  EXPECT_THAT(tokens, SizeIs(2));
}

TEST(RecordTokenizer, TheLeastStretchedAreKeptWhenThereAreTooMany) {
  std::string capped = kNameDob;
  capped.insert(capped.find("id: 1") + 5, " max_tokens_per_record: 3");
  TokenizeFixture fixture(capped);
  EXPECT_THAT(FormCodes(fixture.Tokenize({{"Ted"}, {"O'Brien"}, {"1970-03-04"}})),
              ElementsAre(0, 4, 1));
}

TEST(RecordTokenizer, ManyValuesInEveryFieldStayWithinTheCap) {
  TokenizeFixture fixture(kNameDob);
  RawTexts names;
  for (char c = 'A'; c <= 'Z'; ++c) names.push_back(std::string("N") + c + "M");
  EXPECT_THAT(fixture.Tokenize({names, names, {"1970-03-04", "1971-03-04"}}), SizeIs(64));
}

TEST(RecordTokenizer, OneRecordLeavesNothingBehindForTheNext) {
  TokenizeFixture fixture(kNameDob);
  const auto first = fixture.Shown({{"Ann"}, {"Roe"}, {"1970-05-05"}});
  fixture.Shown({{"Ted", "Bob"}, {"Lee", "Fox"}, {"1971-03-04"}});
  EXPECT_EQ(fixture.Shown({{"Ann"}, {"Roe"}, {"1970-05-05"}}), first);
}

}  // namespace
}  // namespace blindlink::agent
