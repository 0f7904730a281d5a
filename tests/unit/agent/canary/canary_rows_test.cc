#include "agent/canary/canary_rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "common/base/files.h"
#include "tests/support/temporary_folder.h"

namespace blindlink::agent {
namespace {

using testing::AnyOf;
using testing::HasSubstr;
using testing::MatchesRegex;

class CanaryRowsTest : public testing::Test {
 protected:
  absl::StatusOr<std::string> Make(const std::string& like, uint32_t count,
                                   const std::string& domain = "") {
    const std::filesystem::path file = folder_ / "people.csv";
    EXPECT_TRUE(WriteFileAtomically(file, like).ok());
    return MakeCanaryRows({file.string(), "", count, domain}, plan_);
  }

  TemporaryFolder folder_;
  const Plan plan_ = *Plan::Parse(
      ReadFile(std::string(BLINDLINK_SOURCE_DIR) + "/deploy/plans/us-default.textproto").value());
};

TEST_F(CanaryRowsTest, HaveTheHeaderOfTheFileAndInventedValues) {
  const auto text = Make(
      "MRN,First Name,Last Name,DOB,Sex,Street Address,City,ZIP,Phone,Ward\n"
      "1,Anna,Miller,1970-03-04,F,12 Oak Street,Boston,02139,6175551234,West\n",
      200);
  ASSERT_TRUE(text.ok()) << text.status();
  const std::vector<std::string> lines = absl::StrSplit(*text, '\n', absl::SkipEmpty());
  ASSERT_EQ(lines.size(), 201u);
  EXPECT_EQ(lines[0], "MRN,First Name,Last Name,DOB,Sex,Street Address,City,ZIP,Phone,Ward");
  std::set<std::string> ids;
  std::set<std::string> names;
  for (size_t i = 1; i < lines.size(); ++i) {
    const std::vector<std::string> fields = absl::StrSplit(lines[i], ',');
    ASSERT_EQ(fields.size(), 10u);
    EXPECT_THAT(fields[0], MatchesRegex("[1-9][0-9]{11}"));
    EXPECT_THAT(fields[1], MatchesRegex("[A-Z][a-z]{5}"));
    EXPECT_THAT(fields[2], MatchesRegex("[A-Z][a-z]{9}"));
    EXPECT_THAT(fields[3], MatchesRegex("(19[3-9]|200)[0-9]-[01][0-9]-[0-3][0-9]"));
    EXPECT_THAT(fields[4], AnyOf("F", "M"));
    EXPECT_THAT(fields[5], MatchesRegex("[0-9]{1,3} [A-Z][a-z]{7} Street"));
    // Of a row of the file; a person's number is never invented, nor what nobody has mapped.
    EXPECT_EQ(fields[6], "Boston");
    EXPECT_EQ(fields[7], "02139");
    EXPECT_EQ(fields[8], "");
    EXPECT_EQ(fields[9], "");
    ids.insert(fields[0]);
    names.insert(fields[2]);
  }
  EXPECT_EQ(ids.size(), 200u);
  EXPECT_EQ(names.size(), 200u);
}

TEST_F(CanaryRowsTest, HaveAddressesInTheSitesOwnDomain) {
  const auto text = Make("id,name,birth_date,email\n1,Anna Miller,1970-03-04,a@b.example\n", 1,
                         "mail.example.org");
  ASSERT_TRUE(text.ok()) << text.status();
  EXPECT_THAT(*text, testing::ContainsRegex(
                         "\n[0-9]{12},[A-Z][a-z]{5} [A-Z][a-z]{9},[0-9-]{10},[a-z]{6}\\.[a-z]{10}"
                         "@mail\\.example\\.org\n"));
}

TEST_F(CanaryRowsTest, AFileWithoutNamesOrRecordIdsIsRefused) {
  EXPECT_THAT(
      std::string(Make("record_id,zip,date_of_birth\n1,02139,1970-03-04\n", 1).status().message()),
      HasSubstr("no column of names"));
  EXPECT_EQ(Make("last_name,zip\nMiller,02139\n", 1).status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Make("record_id,last_name\n1,Miller\n", 0).status().code(),
            absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace blindlink::agent
