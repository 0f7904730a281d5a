#include "common/crypto/key_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <string>

#include "common/base/files.h"

namespace blindlink {
namespace {

constexpr char kHead[] = "blindlink-test-key-v1\n";

class KeyFileTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "/key_file_test_XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  // The status of reading a key file with this content after the header.
  absl::Status StatusOfReading(const std::string& rest) {
    EXPECT_TRUE(WriteFileAtomically(folder_ / "key", kHead + rest, 0600).ok());
    return ReadKeyFile(folder_ / "key", kHead, "make another").status();
  }
  std::filesystem::path folder_;
};

TEST_F(KeyFileTest, AGeneratedKeyIsReadAgainAndIsNeverOverwritten) {
  ASSERT_TRUE(GenerateKeyFile(folder_ / "key", kHead).ok());
  const absl::StatusOr<SecretBytes> key = ReadKeyFile(folder_ / "key", kHead, "");
  ASSERT_TRUE(key.ok()) << key.status();
  EXPECT_EQ(key->Reveal().size(), kKeySize);
  EXPECT_EQ(GenerateKeyFile(folder_ / "key", kHead).code(), absl::StatusCode::kAlreadyExists);
}

TEST_F(KeyFileTest, AKeyOfAnotherKindIsRefused) {
  ASSERT_TRUE(GenerateKeyFile(folder_ / "key", "blindlink-other-key-v1\n").ok());
  EXPECT_EQ(ReadKeyFile(folder_ / "key", kHead, "").status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_F(KeyFileTest, AShortOrWeakKeyIsRefusedWithTheFileAndTheRemedy) {
  for (const std::string& hex : {std::string(62, 'a'), std::string(64, 'a')}) {
    const absl::Status status = StatusOfReading(hex + "\n");
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(status.message()), testing::HasSubstr((folder_ / "key").string()));
    EXPECT_THAT(std::string(status.message()), testing::EndsWith("; make another"));
  }
}

}  // namespace
}  // namespace blindlink
