#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <string>

#include "common/access/grant_text.h"
#include "common/access/relink_token_file.h"
#include "tests/support/temporary_folder.h"

namespace blindlink {
namespace {

using testing::AllOf;
using testing::HasSubstr;

v1::RelinkToken Token() {
  v1::RelinkToken token;
  token.set_project("flu");
  token.set_grant("grant-000001");
  token.set_token(std::string(32, '\x5a'));
  return token;
}

TEST(RelinkTokenFile, IsReadAsItWasWrittenAndIsItsOwnersAlone) {
  const TemporaryFolder folder;
  ASSERT_TRUE(WriteRelinkToken(folder / "token", Token()).ok());
  const auto read = ReadRelinkToken(folder / "token");
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->SerializeAsString(), Token().SerializeAsString());
  EXPECT_EQ(WriteRelinkToken(folder / "token", Token()).code(), absl::StatusCode::kAlreadyExists);
  ASSERT_EQ(chmod((folder / "token").c_str(), 0644), 0);
  EXPECT_EQ(ReadRelinkToken(folder / "token").status().code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST(RelinkTokenFile, OfAnotherKindIsRefused) {
  for (const char* text :
       {"", "blindlink-relink-token-v1\n", "blindlink-relink-token-v1\nflu grant-000001\n5a5a\n",
        "blindlink-relink-token-v2\nflu grant-000001\n"
        "5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a\n",
        "blindlink-relink-token-v1\n../flu grant-000001\n"
        "5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a\n"}) {
    EXPECT_EQ(ParseRelinkToken(text, "file").status().code(), absl::StatusCode::kInvalidArgument)
        << text;
  }
}

TEST(GrantText, ADayIsItsBeginningInUtc) {
  EXPECT_EQ(*ParseTime("--until", "2027-06-30"), 1814313600);
  EXPECT_EQ(*ParseTime("--until", "2027-06-30T02:00:00+02:00"), 1814313600);
  EXPECT_EQ(TimeText(1814313600), "2027-06-30T00:00:00Z");
  EXPECT_THAT(std::string(ParseTime("--until", "30.6.2027").status().message()),
              HasSubstr("--until"));
}

TEST(GrantText, NamesWhatACoordinatorMustSeeBeforeApproving) {
  v1::Grant grant;
  grant.set_grant("grant-000001");
  grant.mutable_request()->set_level(v1::ACCESS_ENTITY_MAP);
  grant.mutable_request()->set_relink(true);
  grant.mutable_request()->set_site_pseudonyms(true);
  grant.mutable_request()->set_purpose("To count the ill.");
  EXPECT_THAT(GrantText(grant),
              AllOf(HasSubstr("entity-map"), HasSubstr("turn its pseudonyms back"),
                    HasSubstr("the sites' own"), HasSubstr("To count the ill."),
                    HasSubstr("sites            all")));
}

}  // namespace
}  // namespace blindlink
