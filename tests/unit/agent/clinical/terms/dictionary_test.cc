#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/clinical/terms/name_table.h"
#include "agent/clinical/terms/term_matcher.h"
#include "tests/unit/agent/clinical/terms/small_dictionary.h"

namespace blindlink::agent {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(DictionaryTest, TheSameFilesGiveTheSameBytes) {
  const SmallTables tables;
  EXPECT_EQ(BuildTerms(tables.Official())->bytes, BuildTerms(tables.Official())->bytes);
}

TEST(DictionaryTest, ADamagedOrForeignFileIsRefused) {
  const SmallTables tables;
  std::string bytes = BuildTerms(tables.Official())->bytes;
  EXPECT_TRUE(TermDictionary::FromBytes(bytes).ok());
  bytes[bytes.size() / 2] ^= 1;
  EXPECT_EQ(TermDictionary::FromBytes(bytes).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_FALSE(TermDictionary::FromBytes("code,title\n").ok());
  EXPECT_FALSE(TermDictionary::FromBytes("").ok());
}

TEST(DictionaryTest, ConflictsAndCodesThatDoNotExistAreListed) {
  const SmallTables tables;
  TermInputs inputs = tables.Official();
  inputs.synonyms = {
      tables.Write("s.tsv", "icd10cm\tsurface\nK25.9\tLassa fever\nQ99.99\tstale name\n")};
  const std::string csv = ConflictsToCsv(BuildTerms(inputs)->conflicts);
  EXPECT_THAT(csv, HasSubstr("Lassa fever,K259,site,used"));
  EXPECT_THAT(csv, HasSubstr("Lassa fever,A962,title,outranked"));
  EXPECT_THAT(csv, HasSubstr("stale name,Q9999,site,unknown-code"));
}

TEST(DictionaryTest, AFileThatIsNotWhatItShouldBeIsNamedWithRowAndColumn) {
  const SmallTables tables;
  TermInputs inputs = tables.Official();
  inputs.synonyms = {tables.Write("s.tsv", "icd10cm\tsurface\nI10\tHTN\nsecret\tname\n")};
  const std::string message(BuildTerms(inputs).status().message());
  EXPECT_THAT(message, HasSubstr("s.tsv, row 2: column 'icd10cm'"));
  EXPECT_THAT(message, Not(HasSubstr("secret")));
  inputs = tables.Official();
  inputs.tabulars = {tables.Write("bad.xml", "<a><b></a>")};
  EXPECT_THAT(std::string(BuildTerms(inputs).status().message()), HasSubstr("bad.xml, line 1"));
  EXPECT_FALSE(BuildTerms(TermInputs()).ok());
}

TEST(DictionaryTest, TheOrderFileAndTheCodeFileAreRead) {
  const SmallTables tables;
  TermInputs inputs;
  inputs.codes = {tables.Write(
      "order.txt",
      "00001 A00     0 Cholera                                                      Cholera\n"
      "00002 A000    1 Cholera due to V. cholerae 01                                Cholera due to "
      "Vibrio "
      "cholerae 01\n")};
  const TermDictionary order = Built(inputs);
  EXPECT_EQ(order.Title(order.FindCode("A000")), "Cholera due to Vibrio cholerae 01");
  inputs.codes = {tables.Write("codes.txt", "1\nA00-A09\nA00 Cholera\nA000 Classical cholera\n")};
  EXPECT_EQ(Built(inputs).codes().size(), 2u);
}

TEST(DictionaryTest, DecisionsOfAReviewerJoinTheNextDictionary) {
  const SmallTables tables;
  TermInputs inputs = tables.Official();
  inputs.decisions = {
      tables.Write("review.csv",
                   "name,count,decision,standard_name,certainty,candidates\n"
                   "our odd name,7,K25.9,,definite,\nFull-time work,3,none,,definite,\n"
                   "open,1,,,definite,\n")};
  inputs.abbreviations = {
      tables.Write("short.tsv", "abbreviation\tmeaning\nFTW\tfull-time work\nFTW\tLassa fever\n")};
  const TermDictionary dictionary = Built(inputs);
  const TermMatcher matcher(dictionary, 0.99);
  EXPECT_FALSE(matcher.Match("FTW", "").automatic);  // a disease or none
  EXPECT_TRUE(matcher.Match("Our odd name", "").automatic);
  EXPECT_EQ(matcher.Match("Our odd name", "").code, "K259");
  EXPECT_TRUE(matcher.Match("full-time work", "").automatic);
  EXPECT_EQ(matcher.Match("full-time work", "").code, "");
}

TEST(DictionaryTest, WhatIsNotAutomaticGoesToReviewByFrequency) {
  const SmallTables tables;
  const TermDictionary dictionary = Built(tables.Official());
  const TermMatcher matcher(dictionary, 0.8);
  const std::string names =
      tables.Write("names.csv", "id,name\n1,rare thing\n2,Lassa fever\n3,odd thing\n4,odd thing\n");
  ReviewFile review;
  const auto counts =
      MatchNameTable(names, {}, matcher, tables.Path("out.csv"), &review, [](uint64_t, double) {});
  ASSERT_TRUE(counts.ok()) << counts.status();
  EXPECT_EQ(counts->rows, 4u);
  EXPECT_EQ(counts->automatic, 1u);
  EXPECT_THAT(review.ToCsv(), HasSubstr("candidates\nodd thing,2,"));
  EXPECT_THAT(*ReadFile(tables.Path("out.csv")),
              HasSubstr("\n2,Lassa fever,Lassa fever,A962,definite,1,"));
}

}  // namespace
}  // namespace blindlink::agent
