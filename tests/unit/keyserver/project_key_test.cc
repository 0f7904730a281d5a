#include "keyserver/keys/project_key.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <string>

#include "absl/status/status.h"
#include "common/base/files.h"
#include "common/base/hex.h"
#include "tests/support/temporary_folder.h"

namespace blindlink::keyserver {
namespace {

class ProjectKey : public testing::Test {
 protected:
  TemporaryFolder folder_;
  const std::filesystem::path file_ = folder_ / "flu.key";
};

// docs/formats/key_files.md.
TEST_F(ProjectKey, IsDerivedFromItsFileAndTheProjectAsDocumented) {
  ASSERT_TRUE(WriteNewFile(file_,
                           "blindlink-oblivious-key-v1\n"
                           "a3e84624e5752b62e4401a16de88e45f7148c032874403b41aa7d607d57803e0\n",
                           0600)
                  .ok());
  const auto key = ReadProjectKey(file_, "flu");
  ASSERT_TRUE(key.ok()) << key.status();
  EXPECT_EQ(HexEncode(ViewOf(key->public_key())),
            "822d22c0afd5d58c0c0551d14e5a09e6414b8e2ad7bdad3341d9a320619f4465");
  EXPECT_NE(ReadProjectKey(file_, "asthma")->public_key(), key->public_key());
}

TEST_F(ProjectKey, IsMadeOnceAndIsTheSameWhenReadAgain) {
  ASSERT_TRUE(GenerateProjectKey(file_, KeyForm::kClear).ok());
  EXPECT_EQ(GenerateProjectKey(file_, KeyForm::kClear).code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(ReadProjectKey(file_, "flu")->public_key(), ReadProjectKey(file_, "flu")->public_key());
}

TEST_F(ProjectKey, IsRefusedIfOthersCanReadItOrItIsAnotherKindOfKey) {
  ASSERT_TRUE(GenerateProjectKey(file_, KeyForm::kClear).ok());
  chmod(file_.c_str(), 0640);
  EXPECT_EQ(ReadProjectKey(file_, "flu").status().code(), absl::StatusCode::kFailedPrecondition);
  const std::filesystem::path other = folder_ / "token.key";
  ASSERT_TRUE(WriteNewFile(other,
                           "blindlink-token-key-v1\n"
                           "a3e84624e5752b62e4401a16de88e45f7148c032874403b41aa7d607d57803e0\n",
                           0600)
                  .ok());
  EXPECT_EQ(ReadProjectKey(other, "flu").status().code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace blindlink::keyserver
