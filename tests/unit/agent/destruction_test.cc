#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>
#include <filesystem>
#include <string>

#include "absl/strings/str_replace.h"
#include "agent/keys/destroyed_keys.h"
#include "agent/keys/destruction_statement.h"
#include "agent/keys/token_key.h"
#include "common/base/files.h"
#include "common/crypto/key_file.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/test_certs.h"

namespace blindlink::agent {
namespace {

using testing::HasSubstr;
using testing::Not;

class DestructionStatementTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { certs_ = new TestCerts({"site/north", "coordinator/center"}); }
  static void TearDownTestSuite() { delete certs_; }

  static DestructionStatement Signed(const std::string& party = "site/north") {
    DestructionStatement statement;
    statement.project = "flu";
    statement.site = "north";
    statement.key_id = "8 bytes.";
    statement.destroyed = time(nullptr);
    statement.path_digest = PathDigest("token.key");
    statement.certificates = *ReadFile(certs_->Cert(party));
    EXPECT_TRUE(statement.Sign(*ReadFile(certs_->Key(party))).ok());
    return statement;
  }
  static absl::Status Check(const std::string& text) {
    const auto statement = DestructionStatement::Parse(text);
    if (!statement.ok()) return statement.status();
    return statement->Check(*ReadFile(certs_->Ca()));
  }

  static TestCerts* certs_;
};

TestCerts* DestructionStatementTest::certs_ = nullptr;

TEST_F(DestructionStatementTest, CanBeCheckedWithTheAuthorityAlone) {
  const absl::Status checked = Check(Signed().Text());
  EXPECT_TRUE(checked.ok()) << checked;
}

TEST_F(DestructionStatementTest, HasNoPathAndNoKeyInIt) {
  EXPECT_THAT(Signed().Text(), Not(HasSubstr("token.key")));
  EXPECT_THAT(Signed().Text(), Not(HasSubstr("PRIVATE")));
}

TEST_F(DestructionStatementTest, AChangeOfAnyByteIsNoticed) {
  const std::string text = Signed().Text();
  for (size_t at = 0; at < text.size(); ++at) {
    std::string changed = text;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    ASSERT_EQ(Check(changed).code(), absl::StatusCode::kInvalidArgument) << at;
  }
  EXPECT_FALSE(Check(text + "\n").ok());
  EXPECT_FALSE(Check(text.substr(0, text.size() - 1)).ok());
  EXPECT_FALSE(Check("").ok());
}

TEST_F(DestructionStatementTest, AnotherPartyCannotStateItForTheSite) {
  EXPECT_THAT(std::string(Check(Signed("coordinator/center").Text()).message()),
              HasSubstr("another party than site north"));
}

TEST_F(DestructionStatementTest, AnotherAuthorityIsRefused) {
  const TestCerts others({"site/north"});
  const auto statement = DestructionStatement::Parse(Signed().Text());
  ASSERT_TRUE(statement.ok());
  EXPECT_THAT(std::string(statement->Check(*ReadFile(others.Ca())).message()),
              HasSubstr("not one of this authority"));
}

TEST_F(DestructionStatementTest, TheCertificateMustHaveBeenValidThen) {
  DestructionStatement early = Signed();
  early.destroyed = 1'500'000'000;
  ASSERT_TRUE(early.Sign(*ReadFile(certs_->Key("site/north"))).ok());
  EXPECT_EQ(Check(early.Text()).code(), absl::StatusCode::kInvalidArgument);
}

class DestroyedKeysTest : public testing::Test {
 protected:
  TemporaryFolder folder_;
  const DestroyedKeys destroyed_{folder_.path()};
  const std::string id_ = "8 bytes.";
};

TEST_F(DestroyedKeysTest, ANoteIsEnoughToRefuseTheKeyInThatProjectOnly) {
  EXPECT_TRUE(destroyed_.CheckUsable("flu", id_).ok());
  ASSERT_TRUE(destroyed_.Note("flu", id_, folder_ / "token.key").ok());
  const absl::Status refused = destroyed_.CheckUsable("flu", id_);
  EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(refused.message()), HasSubstr("even if it comes from a backup"));
  EXPECT_TRUE(destroyed_.CheckUsable("asthma", id_).ok());
  EXPECT_TRUE(destroyed_.CheckUsable("flu", "another.").ok());
  EXPECT_TRUE(destroyed_.Note("flu", id_, folder_ / "token.key").ok()) << "again";
}

TEST_F(DestroyedKeysTest, AnInterruptedDestructionIsFoundByItsFile) {
  ASSERT_TRUE(destroyed_.Note("flu", id_, folder_ / "token.key").ok());
  EXPECT_EQ(destroyed_.KeyIdNotedFor("flu", folder_ / "token.key").value_or(""), id_);
  EXPECT_EQ(destroyed_.KeyIdNotedFor("flu", folder_ / "other.key").status().code(),
            absl::StatusCode::kNotFound);
  EXPECT_EQ(destroyed_.KeyIdNotedFor("asthma", folder_ / "token.key").status().code(),
            absl::StatusCode::kNotFound);
}

TEST(DestroyKeyFileTest, NothingOfTheKeyStaysInTheFile) {
  const TemporaryFolder folder;
  const std::filesystem::path file = folder / "token.key";
  ASSERT_TRUE(TokenKey::Generate(file).ok());
  const std::string before = *ReadFile(file);
  std::filesystem::create_hard_link(file, folder / "kept");  // the same bytes under another name
  ASSERT_TRUE(DestroyKeyFile(file).ok());
  EXPECT_FALSE(std::filesystem::exists(file));
  const std::string after = *ReadFile(folder / "kept");
  EXPECT_EQ(after.size(), before.size());
  EXPECT_NE(after.substr(0, 16), before.substr(0, 16));
  EXPECT_EQ(DestroyKeyFile(file).code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(DestroyKeyFile(folder.path()).code(), absl::StatusCode::kUnknown);
}

}  // namespace
}  // namespace blindlink::agent
