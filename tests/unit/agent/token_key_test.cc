#include "agent/keys/token_key.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <type_traits>

#include "common/base/files.h"
#include "common/base/hex.h"
#include "common/crypto/key_file.h"
#include "common/crypto/passphrase.h"
#include "common/plan/plan.h"

namespace blindlink::agent {
namespace {

// SHA-256 of "token key of the tests".
constexpr char kTestKey[] =
    "blindlink-token-key-v1\n"
    "dc426cc121c567bb4b8e63f180a0b1952dd5fba5d43c36aaaab160ef78301c11\n";

class TokenKeyTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "/token_key_test_XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  absl::StatusOr<TokenKey> Read(absl::string_view content, int mode = 0600) {
    const auto file = folder_ / "given.key";
    std::filesystem::remove(file);
    EXPECT_TRUE(WriteNewFile(file, content, 0600).ok());
    EXPECT_EQ(chmod(file.c_str(), static_cast<mode_t>(mode)), 0);
    return TokenKey::Read(file);
  }
  std::filesystem::path folder_;
};

Plan LastDobPlan() {
  auto plan = Plan::Parse(R"(
    name: "tiny" version: 1 description: "For tests." standardizer_version: "3"
    fields { name: "last_name" standardizer: SURNAME }
    fields { name: "date_of_birth" standardizer: DATE }
    match_keys {
      name: "last-dob" id: 7
      components { field: "last_name" variants { form: SOUNDEX } }
      components { field: "date_of_birth" }
    }
    match_rules { name: "r" level: FULL score: 1 all_of { match_key: "last-dob" } })");
  EXPECT_TRUE(plan.ok()) << plan.status();
  return *std::move(plan);
}

TEST_F(TokenKeyTest, AMadeKeyIsPrivateReadableAndNeverOverwritten) {
  const auto file = folder_ / "token.key";
  ASSERT_TRUE(TokenKey::Generate(file).ok());
  struct stat info;
  ASSERT_EQ(stat(file.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  EXPECT_TRUE(TokenKey::Read(file).ok());
  EXPECT_EQ(TokenKey::Generate(file).code(), absl::StatusCode::kAlreadyExists);
}

TEST_F(TokenKeyTest, AKeyThatOthersCanReadIsRefused) {
  EXPECT_EQ(Read(kTestKey, 0644).status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(TokenKeyTest, ShortWeakOrForeignFilesAreRefusedWithoutShowingThem) {
  for (const std::string& content :
       {std::string("blindlink-token-key-v1\n00010203\n"), std::string(64, 'a') + "\n",
        "blindlink-token-key-v1\n" + std::string(64, '5') + "\n", std::string()}) {
    const auto key = Read(content);
    EXPECT_EQ(key.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(key.status().message()), testing::Not(testing::HasSubstr("0001")));
    EXPECT_THAT(std::string(key.status().message()), testing::HasSubstr("keys receive"));
    EXPECT_THAT(std::string(key.status().message()), testing::Not(testing::HasSubstr("keygen")));
  }
}

TEST_F(TokenKeyTest, TheKeyIdIsTheDocumentedCheckValueOfKeyAndProject) {
  const auto key = Read(kTestKey);
  ASSERT_TRUE(key.ok()) << key.status();
  EXPECT_EQ(HexEncode(key->KeyId("demo")), "aafa10ccf102fcc7");
  EXPECT_NE(key->KeyId("demo"), key->KeyId("demo2"));
}

TEST_F(TokenKeyTest, ATokenIsTheDocumentedHash) {
  const auto key = Read(kTestKey);
  ASSERT_TRUE(key.ok()) << key.status();
  const Plan plan = LastDobPlan();
  const TokenHash hash = key->DeriveTokenHash(v1::HMAC_SHA256, "demo", "1", plan.match_keys()[0]);
  const std::string message(
      "\0\0\0\5SMITH\0\0\0\x08"
      "19700304",
      21);
  const auto token = hash.Digest16(message);
  EXPECT_EQ(HexEncode({reinterpret_cast<const char*>(token.data()), token.size()}),
            "c61a2ba8da781e9be0d8aceb6610cb8e");
}

TEST_F(TokenKeyTest, OtherProjectsAndStandardizersHaveOtherTokens) {
  const auto key = Read(kTestKey);
  ASSERT_TRUE(key.ok()) << key.status();
  const Plan plan = LastDobPlan();
  const MatchKeyLayout& match_key = plan.match_keys()[0];
  for (const v1::TokenScheme scheme : {v1::HMAC_SHA256, v1::CHACHA20_SHA256}) {
    const auto token = key->DeriveTokenHash(scheme, "demo", "1", match_key).Digest16("x");
    EXPECT_NE(token, key->DeriveTokenHash(scheme, "other", "1", match_key).Digest16("x"));
    EXPECT_NE(token, key->DeriveTokenHash(scheme, "demo", "2", match_key).Digest16("x"));
  }
  EXPECT_NE(key->DeriveTokenHash(v1::HMAC_SHA256, "demo", "1", match_key).Digest16("x"),
            key->DeriveTokenHash(v1::CHACHA20_SHA256, "demo", "1", match_key).Digest16("x"));
}

TEST_F(TokenKeyTest, PseudonymsStayTheSameAtASiteAndDifferBetweenProjects) {
  const auto one = RecordKey::ReadOrGenerate(folder_ / "record-key");
  const auto again = RecordKey::ReadOrGenerate(folder_ / "record-key");
  const auto other = RecordKey::ReadOrGenerate(folder_ / "another-record-key");
  ASSERT_TRUE(one.ok() && again.ok() && other.ok());
  const RecordPseudonym pseudonym = one->PseudonymOf("demo", "hss", "17");
  EXPECT_EQ(pseudonym, again->PseudonymOf("demo", "hss", "17"));
  EXPECT_NE(pseudonym, other->PseudonymOf("demo", "hss", "17"));
  EXPECT_NE(pseudonym, one->PseudonymOf("demo2", "hss", "17"));
  EXPECT_NE(one->PseudonymOf("demo", "a", "b1"), one->PseudonymOf("demo", "ab", "1"));
}

TEST_F(TokenKeyTest, AKeyMadeUnderAPassphraseIsNeverInTheClearAndNeverOverwritten) {
  ASSERT_TRUE(WriteNewFile(folder_ / "passphrase", "a long passphrase\n", 0600).ok());
  UsePassphraseFile(folder_ / "passphrase");
  ASSERT_TRUE(TokenKey::Generate(folder_ / "token.key", KeyForm::kUnderPassphrase).ok());
  EXPECT_THAT(*ReadFile(folder_ / "token.key"), testing::HasSubstr("\nscrypt-aes-256-gcm "));
  EXPECT_TRUE(TokenKey::Read(folder_ / "token.key").ok());
  EXPECT_EQ(TokenKey::Generate(folder_ / "token.key", KeyForm::kUnderPassphrase).code(),
            absl::StatusCode::kAlreadyExists);
  ForgetPassphrase();
}

TEST_F(TokenKeyTest, ARecordKeyIsMadeUnderThePassphraseThatOpenedAnotherKey) {
  ASSERT_TRUE(WriteNewFile(folder_ / "passphrase", "a long passphrase\n", 0600).ok());
  ASSERT_TRUE(RecordKey::ReadOrGenerate(folder_ / "clear.key").ok());
  EXPECT_THAT(*ReadFile(folder_ / "clear.key"), testing::Not(testing::HasSubstr("scrypt")));
  UsePassphraseFile(folder_ / "passphrase");
  bool generated = false;
  const auto made = RecordKey::ReadOrGenerate(folder_ / "record.key", &generated);
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_TRUE(generated);
  EXPECT_THAT(*ReadFile(folder_ / "record.key"), testing::HasSubstr("\nscrypt-aes-256-gcm "));
  const auto again = RecordKey::ReadOrGenerate(folder_ / "record.key", &generated);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_FALSE(generated);
  EXPECT_EQ(made->PseudonymOf("demo", "hss", "17"), again->PseudonymOf("demo", "hss", "17"));
  ForgetPassphrase();
}

TEST_F(TokenKeyTest, APseudonymIsTheDocumentedHash) {
  std::string content = kTestKey;
  content.replace(0, strlen("blindlink-token"), "blindlink-record");
  ASSERT_TRUE(WriteNewFile(folder_ / "given-record-key", content, 0600).ok());
  const auto key = RecordKey::ReadOrGenerate(folder_ / "given-record-key");
  ASSERT_TRUE(key.ok()) << key.status();
  EXPECT_EQ(HexEncode(key->PseudonymOf("demo", "hss", "17").AsView()),
            "8d456af6fd852ec83ed2c60b4aa3d820");
}

TEST(Secrets, CannotBeCopiedOrPrinted) {
  static_assert(!std::is_copy_constructible_v<TokenKey>);
  static_assert(!std::is_copy_constructible_v<SecretBytes>);
}

}  // namespace
}  // namespace blindlink::agent
