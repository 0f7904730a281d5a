#include "agent/clinical/terms/terms_update.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/agent/clinical/terms/small_dictionary.h"

namespace blindlink::agent {
namespace {

using ::testing::HasSubstr;

class TermsUpdateTest : public ::testing::Test {
 protected:
  TermDictionary Dictionary(const std::string& name, const std::string& codes,
                            const std::string& synonyms) {
    TermInputs inputs;
    inputs.codes = {tables_.Write(name, "code,billable,title\n" + codes)};
    inputs.synonyms = {tables_.Write(name + ".tsv", "icd10cm\tsurface\n" + synonyms)};
    return Built(inputs);
  }
  SmallTables tables_;
  TermDictionary old_ =
      Dictionary("old.csv",
                 "R05,1,Cough\nM54.5,1,Low back pain\nI10,1,Essential hypertension\n"
                 "K37,1,Unspecified appendicitis\n",
                 "R05\ttussis\nM54.5\tlumbago\n");
  TermDictionary new_ =
      Dictionary("new.csv",
                 "R05,0,Cough\nR05.9,1,\"Cough, unspecified\"\nM54.50,1,\"Low back pain, "
                 "unspecified\"\nI10,1,Essential (primary) hypertension\n"
                 "K37,1,Unspecified appendicitis\n",
                 "R05.9\ttussis\nM54.50\tlumbago\n");
};

TEST_F(TermsUpdateTest, EveryCodeThatMovedIsListedAndTheTotalsAddUp) {
  TermUpdate update(old_, new_, 0.8);
  update.CompareDictionaries([](uint64_t, double) {});
  const UpdateCounts& c = update.counts();
  EXPECT_EQ(c.old_codes, c.same + c.retitled + c.closed + c.removed);
  EXPECT_EQ(c.new_codes, c.same + c.retitled + c.closed + c.added);
  EXPECT_EQ(c.names, c.unchanged + c.moved + c.renamed + c.no_longer + c.now);
  EXPECT_THAT(update.ToCsv(), HasSubstr("code-removed,,M545,Low back pain,,,\n"));
  EXPECT_THAT(update.ToCsv(), HasSubstr("code-not-billable,,R05,Cough,R05,Cough,\n"));
  EXPECT_THAT(update.ToCsv(), HasSubstr("code-retitled,,I10,"));
  EXPECT_THAT(update.ToCsv(), HasSubstr("code-added,,,,R059,"));
  EXPECT_THAT(update.ToCsv(), HasSubstr("name-moved,tussis,R05,Cough,R059,"));
  EXPECT_EQ(c.same, 1u);
}

TEST_F(TermsUpdateTest, EarlierDataIsStandardizedAnewAndWhatMovedIsCounted) {
  TermUpdate update(old_, new_, 0.8);
  const std::string data = tables_.Write(
      "data.csv",
      "name,standard_name,standard_code,automatic\ntussis,Cough,R05,1\ntussis,Cough,R05,1\n"
      "appendicitis,Unspecified appendicitis,K37,1\nunheard of,,,0\n");
  ASSERT_TRUE(update.UpdateTable(data, tables_.Path("out.csv"), [](uint64_t, double) {}).ok());
  EXPECT_EQ(update.counts().rows, 4u);
  EXPECT_EQ(update.counts().rows_moved, 2u);
  EXPECT_EQ(update.counts().rows_unchanged, 2u);
  EXPECT_THAT(update.ToCsv(),
              HasSubstr("data-moved,tussis,R05,Cough,R059,\"Cough, unspecified\",2\n"));
  EXPECT_THAT(*ReadFile(tables_.Path("out.csv")),
              HasSubstr("tussis,Cough,R05,1,\"Cough, unspecified\",R059,"));
}

}  // namespace
}  // namespace blindlink::agent
