#include "agent/token_audit/site_truth.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "agent/tokenize/record_values.h"
#include "agent/tokenize/token_recipe.h"

namespace blindlink::agent {
namespace {

constexpr char kPlan[] = R"(
  name: "test" version: 1 description: "For tests." standardizer_version: "3"
  fields { name: "last_name" standardizer: SURNAME }
  fields { name: "zip" standardizer: POSTAL_CODE }
  fields { name: "phone" standardizer: PHONE }
  match_keys {
    name: "sound" id: 1
    components { field: "last_name" form: SOUNDEX } components { field: "phone" }
  }
  match_keys { name: "place" id: 2 components { field: "zip" } components { field: "phone" } }
  match_rules { name: "r" level: FULL score: 1 all_of { match_key: "place" } }
)";

class SiteTruthTest : public testing::Test {
 protected:
  static constexpr size_t kLastName = 0;
  static constexpr size_t kZip = 1;

  SiteTruthTest()
      : plan_(*Plan::Parse(kPlan)),
        layout_(plan_),
        recipe_(MakeValueRecipe(plan_)),
        values_(plan_, recipe_, {}, nullptr, FieldsRead::kUsed),
        truth_(plan_, layout_) {}

  Marks MarksOf(const ValueMarks& marks, const std::string& last_name, const std::string& zip) {
    RawRecord record;
    record.values = {{last_name}, {zip}, {}};
    std::vector<UnusedValue> unused;
    values_.Read(record, &unused);
    Marks made;
    marks.Append(values_, &made);
    return made;
  }
  void Add(const std::string& last_name, const std::string& zip) {
    truth_.Add(MarksOf(truth_.marks(), last_name, zip));
  }
  uint32_t NumberOf(size_t target, size_t record) {
    return truth_.column(target).of_record()[record];
  }

  const Plan plan_;
  const ChainLayout layout_;
  const TokenRecipe recipe_;
  RecordValues values_;
  SiteTruth truth_;
};

TEST_F(SiteTruthTest, EqualValuesHaveOneNumberInTheOrderInWhichTheyAreSeen) {
  Add("Smith", "02139");
  Add("Jones", "02139-1234");
  Add("SMITH ", "10001");
  EXPECT_EQ(truth_.records(), 3);
  EXPECT_EQ(NumberOf(kLastName, 0), 1);
  EXPECT_EQ(NumberOf(kLastName, 1), 2);
  EXPECT_EQ(NumberOf(kLastName, 2), 1);
  EXPECT_EQ(NumberOf(kZip, 0), NumberOf(kZip, 1)) << "only five characters are compared";
  EXPECT_NE(NumberOf(kZip, 0), NumberOf(kZip, 2));
}

TEST_F(SiteTruthTest, ARecordWithoutAUsableValueHasNumber0) {
  Add("", "02139");
  Marks none;
  truth_.marks().AppendNone(&none);
  truth_.Add(none);
  EXPECT_EQ(truth_.records(), 2);
  EXPECT_EQ(NumberOf(kLastName, 0), 0);
  EXPECT_EQ(NumberOf(kZip, 0), 1);
  EXPECT_EQ(NumberOf(kZip, 1), 0);
}

TEST_F(SiteTruthTest, ValuesThatSoundAlikeHaveOneMarkOfThatForm) {
  Add("Smith", "");
  Add("Smyth", "");
  Add("Jones", "");
  ValueColumn& names = truth_.column(kLastName);
  const size_t soundex = truth_.marks().MarkOfForm(kLastName, v1::SOUNDEX);
  ASSERT_EQ(soundex, 1);
  EXPECT_NE(NumberOf(kLastName, 0), NumberOf(kLastName, 1));
  EXPECT_EQ(names.MarkOf(1, soundex), names.MarkOf(2, soundex));
  EXPECT_NE(names.MarkOf(1, soundex), names.MarkOf(3, soundex));
}

TEST_F(SiteTruthTest, MarksAreUnderAKeyThatNobodyElseHas) {
  const ValueMarks one(plan_, layout_), other(plan_, layout_);
  EXPECT_EQ(MarksOf(one, "Smith", "02139"), MarksOf(one, "Smith", "02139"));
  EXPECT_NE(MarksOf(one, "Smith", "02139"), MarksOf(other, "Smith", "02139"));
}

}  // namespace
}  // namespace blindlink::agent
