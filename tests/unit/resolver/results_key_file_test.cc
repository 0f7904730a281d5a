#include "resolver/index/results_key_file.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/match.h"
#include "common/base/files.h"
#include "common/crypto/constant_time.h"
#include "common/crypto/passphrase.h"
#include "resolver/index/index_key.h"
#include "tests/support/temporary_folder.h"

namespace blindlink::resolver {
namespace {

class ResultsKeyFileTest : public testing::Test {
 protected:
  ResultsKeyFileTest() {
    EXPECT_TRUE(IndexKey::Generate(key_).ok());
    EXPECT_TRUE(WriteNewFile(passphrase_, "correct horse battery\n", 0600).ok());
  }
  ~ResultsKeyFileTest() override { ForgetPassphrase(); }
  bool IsEnciphered() {
    return absl::StrContains(ReadFile(results_).value(), "scrypt-aes-256-gcm");
  }
  // Whether the file gives the same ids as the index key itself.
  void ExpectSameIds() {
    const auto kept = IndexKey::ReadForResults(results_);
    ASSERT_TRUE(kept.ok()) << kept.status();
    const auto key = IndexKey::Read(key_);
    ASSERT_TRUE(key.ok()) << key.status();
    const RecordPseudonym record{};
    EXPECT_EQ(kept->EntityIdOf("north", record), key->EntityIdOf("north", record));
    EXPECT_EQ(kept->ShiftSeedOf("north", record), key->ShiftSeedOf("north", record));
  }

  TemporaryFolder folder_;
  const std::filesystem::path key_ = folder_ / "flu.key";
  const std::filesystem::path results_ = folder_ / "flu.results.key";
  const std::filesystem::path passphrase_ = folder_ / "passphrase";
};

TEST_F(ResultsKeyFileTest, GivesTheIdsOfTheIndexKey) {
  ASSERT_TRUE(IndexKey::KeepForResults(key_, results_).ok());
  EXPECT_FALSE(IsEnciphered());
  ExpectSameIds();
}

TEST_F(ResultsKeyFileTest, IsUnderThePassphraseIfThereIsOne) {
  UsePassphraseFile(passphrase_);
  ASSERT_TRUE(IndexKey::KeepForResults(key_, results_).ok());
  EXPECT_TRUE(IsEnciphered());
  ExpectSameIds();
}

TEST_F(ResultsKeyFileTest, InTheClearIsEncipheredWhenItIsRead) {
  ASSERT_TRUE(IndexKey::KeepForResults(key_, results_).ok());
  UsePassphraseFile(passphrase_);
  ExpectSameIds();
  EXPECT_TRUE(IsEnciphered());
  ExpectSameIds();
}

TEST_F(ResultsKeyFileTest, ItsTwoLinesCannotChangePlaces) {
  UsePassphraseFile(passphrase_);
  ASSERT_TRUE(IndexKey::KeepForResults(key_, results_).ok());
  const std::string text = ReadFile(results_).value();
  const size_t first = text.find('\n') + 1;
  const size_t second = text.find('\n', first) + 1;
  ASSERT_TRUE(WriteFileAtomically(
                  results_,
                  text.substr(0, first) + text.substr(second) + text.substr(first, second - first),
                  0600)
                  .ok());
  EXPECT_EQ(IndexKey::ReadForResults(results_).status().code(),
            absl::StatusCode::kPermissionDenied);
}

TEST_F(ResultsKeyFileTest, ThatIsNoneSaysSo) {
  for (const char* text : {"", "blindlink-results-key-v1\n", "blindlink-token-key-v1\n00\n00\n"}) {
    ASSERT_TRUE(WriteFileAtomically(results_, text, 0600).ok());
    const absl::Status status = IndexKey::ReadForResults(results_).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_TRUE(absl::StrContains(status.message(), "holds no keys of results"));
  }
}

}  // namespace
}  // namespace blindlink::resolver
