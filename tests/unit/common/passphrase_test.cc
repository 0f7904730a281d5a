#include "common/crypto/passphrase.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/base/files.h"
#include "common/base/hex.h"
#include "common/base/secret_memory.h"
#include "common/crypto/key_file.h"
#include "common/crypto/passphrase_seal.h"
#include "common/crypto/random.h"
#include "tests/support/temporary_folder.h"

namespace blindlink {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr char kHead[] = "blindlink-test-key-v1\n";
constexpr ScryptCost kCheap{4, 8, 1};

SecretBytes Secret(const std::string& text) {
  return SecretBytes(
      absl::MakeConstSpan(reinterpret_cast<const uint8_t*>(text.data()), text.size()));
}
std::string Text(const SecretBytes& secret) {
  return {secret.Reveal().begin(), secret.Reveal().end()};
}

TEST(PassphraseSeal, OpensWithThePassphraseAndTheSameAadOnly) {
  const std::string line = *SealUnderPassphrase(Secret("the key"), Secret("open"), "aad", kCheap);
  EXPECT_THAT(line, StartsWith("scrypt-aes-256-gcm 4 8 1 "));
  EXPECT_EQ(Text(*OpenUnderPassphrase(line, Secret("open"), "aad")), "the key");
  for (const auto& status : {OpenUnderPassphrase(line, Secret("Open"), "aad").status(),
                             OpenUnderPassphrase(line, Secret("open"), "").status()}) {
    EXPECT_EQ(status.code(), absl::StatusCode::kPermissionDenied);
  }
}

// Made by Python's hashlib.scrypt and cryptography's AESGCM.
TEST(PassphraseSeal, AGoldenLineOpens) {
  const char kLine[] =
      "scrypt-aes-256-gcm 14 8 1 000102030405060708090a0b0c0d0e0f 101112131415161718191a1b "
      "15e758c4a0ebd9c00defc4b217120bd4d66c28e9f9c506e669022f87b42f803201c214de4ec6b52c695833970302"
      "7a73";
  const auto key =
      OpenUnderPassphrase(kLine, Secret("correct horse battery"), "blindlink-token-key-v1");
  ASSERT_TRUE(key.ok()) << key.status();
  EXPECT_EQ(HexEncode(Text(*key)),
            "9f3c5a1e77b2d04c8e6f1b2a93d5c7e04b8a6f0d2c1e3b5a7988665544332200");
}

TEST(PassphraseSeal, EveryChangedCharacterIsNoticed) {
  const std::string line = *SealUnderPassphrase(Secret("the key"), Secret("open"), "", kCheap);
  for (size_t i = 0; i < line.size(); ++i) {
    std::string changed = line;
    changed[i] = changed[i] == '1' ? '2' : '1';
    EXPECT_FALSE(OpenUnderPassphrase(changed, Secret("open"), "").ok()) << changed;
  }
}

TEST(PassphraseSeal, ParametersThatNeedTooMuchAreRefused) {
  const std::string line = *SealUnderPassphrase(Secret("the key"), Secret("open"), "", kCheap);
  for (const char* cost : {"21 8 1", "20 9 1", "4 8 17", "0 8 1", "4 0 1", "4 8 0", "-4 8 1",
                           "4294967300 8 1", "4 8"}) {
    std::vector<std::string> words = absl::StrSplit(line, ' ');
    words.erase(words.begin() + 1, words.begin() + 4);
    words.insert(words.begin() + 1, cost);
    const auto opened = OpenUnderPassphrase(absl::StrJoin(words, " "), Secret("open"), "");
    EXPECT_EQ(opened.status().code(), absl::StatusCode::kInvalidArgument) << cost;
  }
}

class ProtectedKeyTest : public testing::Test {
 protected:
  ~ProtectedKeyTest() override {
    ForgetPassphrase();
    unsetenv("CREDENTIALS_DIRECTORY");
  }
  std::filesystem::path Write(const std::string& name, const std::string& content,
                              int mode = 0600) {
    EXPECT_TRUE(WriteFileAtomically(folder_ / name, content, mode).ok());
    return folder_ / name;
  }
  // A key under the passphrase "a long passphrase", which is then forgotten.
  std::filesystem::path ProtectedKey(std::string* key) {
    const std::filesystem::path file = folder_ / "key";
    EXPECT_TRUE(GenerateKeyFile(file, kHead).ok());
    *key = Text(*ReadKeyFile(file, kHead, ""));
    UsePassphraseFile(Write("passphrase", "a long passphrase\n"));
    const absl::Status done = ProtectKeyFile(file);
    EXPECT_TRUE(done.ok()) << done;
    ForgetPassphrase();
    return file;
  }
  TemporaryFolder folder_;
};

TEST_F(ProtectedKeyTest, AnEncipheredKeyFileIsReadAsBeforeAndHoldsNothingOfTheKey) {
  std::string key;
  const std::filesystem::path file = ProtectedKey(&key);
  const std::string content = *ReadFile(file);
  EXPECT_THAT(content, StartsWith("blindlink-test-key-v1\nscrypt-aes-256-gcm 17 8 1 "));
  EXPECT_THAT(content, Not(HasSubstr(HexEncode(key))));
  struct stat info {};
  ASSERT_EQ(stat(file.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777u, 0600u);
  UsePassphraseFile(folder_ / "passphrase");
  EXPECT_EQ(Text(*ReadKeyFile(file, kHead, "")), key);
  EXPECT_EQ(ProtectKeyFile(file).code(), absl::StatusCode::kFailedPrecondition);
  ASSERT_TRUE(UnprotectKeyFile(file).ok());
  ForgetPassphrase();
  EXPECT_EQ(Text(*ReadKeyFile(file, kHead, "")), key);
}

TEST_F(ProtectedKeyTest, ASystemdCredentialGivesThePassphrase) {
  std::string key;
  const std::filesystem::path file = ProtectedKey(&key);
  std::filesystem::create_directory(folder_ / "credentials");
  Write("credentials/blindlink-passphrase", "a long passphrase");
  setenv("CREDENTIALS_DIRECTORY", (folder_ / "credentials").c_str(), 1);
  EXPECT_EQ(Text(*ReadKeyFile(file, kHead, "")), key);
}

TEST_F(ProtectedKeyTest, AnotherPassphraseIsRefusedAndTheFileNamed) {
  std::string key;
  const std::filesystem::path file = ProtectedKey(&key);
  UsePassphraseFile(Write("passphrase", "another passphrase"));
  const absl::Status status = ReadKeyFile(file, kHead, "make another").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kPermissionDenied);
  EXPECT_THAT(std::string(status.message()), StartsWith(file.string()));
  EXPECT_THAT(std::string(status.message()), Not(HasSubstr("make another")));
}

TEST_F(ProtectedKeyTest, AKeyUnderAnotherFirstLineDoesNotOpen) {
  std::string key;
  const std::filesystem::path file = ProtectedKey(&key);
  const std::vector<std::string> lines = absl::StrSplit(*ReadFile(file), '\n');
  Write("key", absl::StrCat("blindlink-other-key-v1\n", lines[1], "\n"));
  UsePassphraseFile(folder_ / "passphrase");
  EXPECT_EQ(ReadKeyFile(file, "blindlink-other-key-v1\n", "").status().code(),
            absl::StatusCode::kPermissionDenied);
}

TEST_F(ProtectedKeyTest, AShortPassphraseAndAFileThatOthersReadAreRefused) {
  ASSERT_TRUE(GenerateKeyFile(folder_ / "key", kHead).ok());
  UsePassphraseFile(Write("short", "short\n"));
  EXPECT_THAT(std::string(ProtectKeyFile(folder_ / "key").message()),
              HasSubstr("fewer than 12 characters"));
  ForgetPassphrase();
  UsePassphraseFile(Write("open", "a long passphrase\n", 0644));
  EXPECT_EQ(ProtectKeyFile(folder_ / "key").code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_TRUE(ReadKeyFile(folder_ / "key", kHead, "").ok()) << "the file must stay as it was";
}

TEST(SecretMemory, KeysAreOnLockedPagesThatCoreDumpsLeaveOut) {
  const SecretBytes key = RandomBytes(kKeySize);
  const std::string smaps = *ReadFile("/proc/self/smaps");
  const auto address = reinterpret_cast<uintptr_t>(key.Reveal().data());
  std::string flags;
  bool inside = false;
  for (const absl::string_view line : absl::StrSplit(smaps, '\n')) {
    unsigned long begin = 0;
    unsigned long end = 0;
    if (sscanf(std::string(line).c_str(), "%lx-%lx ", &begin, &end) == 2) {
      inside = begin <= address && address < end;
    } else if (inside && line.substr(0, 8) == "VmFlags:") {
      flags = std::string(line);
    }
  }
  EXPECT_THAT(flags, HasSubstr(" dd")) << "not in core dumps";
#if !defined(BLINDLINK_ADDRESS_SANITIZER)  // the sanitizer makes locking do nothing
  if (SecretMemoryIsLocked()) {
    EXPECT_THAT(flags, HasSubstr(" lo"));
  }
#endif
}

TEST(SecretMemory, SecretsOfAnySizeAreTakenAndReturned) {
  for (int round = 0; round < 3; ++round) {
    std::vector<SecretBytes> secrets;
    for (size_t size : {0, 1, 32, 64, 65, 4096, 4097, 100000}) {
      for (int i = 0; i < 200; ++i) secrets.push_back(SecretBytes::OfSize(size));
      if (size > 0) secrets.back().RevealForWriting()[size - 1] = 7;
    }
  }
}

}  // namespace
}  // namespace blindlink
