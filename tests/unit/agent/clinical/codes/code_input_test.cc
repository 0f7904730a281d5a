#include "agent/clinical/codes/code_input.h"

#include "agent/clinical/codes/code_check.h"
#include "agent/clinical/codes/code_text.h"
#include "gmock/gmock.h"
#include "tests/unit/agent/clinical/codes/small_codes.h"

namespace blindlink::agent {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class CodeInputTest : public testing::Test {
 protected:
  CodeInputTest() {
    codes_.WriteIcd10();
    book_ = codes_.Book();
  }
  absl::Status Read(const std::string& table) {
    EXPECT_TRUE(WriteFileAtomically(codes_.Path("input.csv"), table).ok());
    options_.files = {codes_.Path("input.csv")};
    rows_.clear();
    places_.clear();
    return ReadCodes(
        options_, book_, {},
        [&](const CodeRow& row) {
          rows_.push_back(row.person + "|" + std::string(row.system) + "|" + std::string(row.code) +
                          "|" + std::string(row.date));
          places_.push_back(std::to_string(row.row) + " " + std::string(row.column));
        },
        [](uint64_t, double) {});
  }

  SmallCodes codes_;
  CodeBook book_;
  CodeInputOptions options_;
  std::vector<std::string> rows_;
  std::vector<std::string> places_;
};

TEST_F(CodeInputTest, RowsWithACodeAreRead) {
  ASSERT_TRUE(Read("record;code;code_system;date\np1;E11.9;icd10cm;2024-10-02\np2;;;\n").ok());
  EXPECT_THAT(rows_, ElementsAre("p1|ICD-10-CM|E11.9|2024-10-02"));
  EXPECT_THAT(places_, ElementsAre("1 code"));
}

TEST_F(CodeInputTest, ClaimsSayWhoseACodeIs) {
  ASSERT_TRUE(
      WriteFileAtomically(codes_.Path("claims.csv"), "claim_id,local_id,start\nc1,p7,2024-10-05\n")
          .ok());
  options_.claims = codes_.Path("claims.csv");
  options_.code_system = "ICD-10-CM";
  ASSERT_TRUE(Read("claim_id,code\nc1,E119\n").ok());
  EXPECT_THAT(rows_, ElementsAre("p7|ICD-10-CM|E119|2024-10-05"));
  const absl::Status status = Read("claim_id,code\nc1,E119\nsecret,E119\n");
  EXPECT_THAT(std::string(status.message()), HasSubstr("input.csv, row 2, column 'claim_id'"));
  EXPECT_THAT(std::string(status.message()), testing::Not(HasSubstr("secret")));
}

TEST_F(CodeInputTest, AnUnknownSystemIsRefusedWithRowAndColumn) {
  const absl::Status status = Read("person,code,code_system\np1,E119,ICD-10-CM\np1,77,HOUSE\n");
  EXPECT_THAT(std::string(status.message()), HasSubstr("input.csv, row 2, column 'code_system'"));
  EXPECT_THAT(std::string(Read("person,code\np1,E119\n").message()), HasSubstr("--code-system"));
}

TEST_F(CodeInputTest, AMissingColumnIsNamed) {
  EXPECT_THAT(std::string(Read("name,code\nx,E119\n").message()),
              HasSubstr("no column for 'person': name it with --columns person=NAME"));
  options_.columns = "person=name";
  options_.code_system = "ICD-10-CM";
  EXPECT_TRUE(Read("Name,code\nx,E119\n").ok());
}

TEST_F(CodeInputTest, ChecksCountAndShowNoCode) {
  CodeCheck check(book_);
  check.Add(kIcd10Cm, "E11.9", "2024-11-11");
  check.Add(kIcd10Cm, "E11", "2024-11-11");
  check.Add(kIcd10Cm, "E11.ZZ", "2024-11-11");
  EXPECT_EQ(check.problems(), 2u);
  EXPECT_EQ(
      check.ToText(),
      "ICD-10-CM\n  valid          1 rows\n  not billable   1 rows\n  unknown        1 rows\n");
  EXPECT_THAT(check.ToJson(), HasSubstr("\"not billable\": 1"));
}

}  // namespace
}  // namespace blindlink::agent
