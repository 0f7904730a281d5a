#include "common/crypto/key_file.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <string>

#include "common/base/fd.h"
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

TEST_F(KeyFileTest, WhatAMailProgramAddsToTheFileChangesNothing) {
  const std::string hex = "9f3c5a1e77b2d04c8e6f1b2a93d5c7e04b8a6f0d2c1e3b5a7988665544332200";
  const std::string head = "blindlink-test-key-v1";
  const std::string files[] = {
      head + "\n" + hex,
      head + "\r\n" + hex + "\r\n",
      "\xef\xbb\xbf" + head + "\r\n\r\n" + hex + "\r\n\r\n",
      "\n  " + head + " \n\t" + hex + "  \n\n",
  };
  for (const std::string& file : files) {
    ASSERT_TRUE(WriteFileAtomically(folder_ / "key", file, 0600).ok());
    const absl::StatusOr<SecretBytes> key = ReadKeyFile(folder_ / "key", kHead, "");
    ASSERT_TRUE(key.ok()) << key.status();
    EXPECT_EQ(key->Reveal()[0], 0x9f);
    EXPECT_EQ(key->Reveal()[31], 0x00);
  }
}

TEST_F(KeyFileTest, WhatIsWrongWithTheFileIsSaidAndNothingOfTheKey) {
  const std::string hex = "9f3c5a1e77b2d04c8e6f1b2a93d5c7e04b8a6f0d2c1e3b5a7988665544332200";
  const auto message = [this](const std::string& rest) {
    const std::string text(StatusOfReading(rest).message());
    EXPECT_THAT(text, testing::Not(testing::HasSubstr("9f3c")));
    EXPECT_THAT(text, testing::EndsWith("; make another"));
    return text;
  };
  EXPECT_THAT(message(hex.substr(0, 63)),
              testing::HasSubstr("63 hexadecimal digits instead of 64"));
  EXPECT_THAT(message(""), testing::HasSubstr("0 hexadecimal digits"));
  EXPECT_THAT(message("=" + hex), testing::HasSubstr("no hexadecimal digit"));
  EXPECT_THAT(message(hex + "\nBest regards"), testing::HasSubstr("goes on after its key"));
  ASSERT_TRUE(GenerateKeyFile(folder_ / "other", "blindlink-other-key-v1\n").ok());
  EXPECT_THAT(std::string(ReadKeyFile(folder_ / "other", kHead, "").status().message()),
              testing::HasSubstr("holds a key of another kind, blindlink-other-key-v1"));
}

TEST_F(KeyFileTest, KeysThatWereCountedRepeatedOrTypedAreWeak) {
  for (const char* hex : {"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
                          "fffefdfcfbfaf9f8f7f6f5f4f3f2f1f0efeeedecebeae9e8e7e6e5e4e3e2e1e0",
                          "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
                          "436f727265637420686f727365206261747465727920737461706c65207821217a"}) {
    EXPECT_THAT(std::string(StatusOfReading(std::string(hex).substr(0, 64)).message()),
                testing::HasSubstr("weak key"))
        << hex;
  }
}

TEST_F(KeyFileTest, APipeInPlaceOfTheFileIsRefusedAtOnce) {
  ASSERT_EQ(mkfifo((folder_ / "key").c_str(), 0600), 0);
  EXPECT_EQ(ReadKeyFile(folder_ / "key", kHead, "").status().code(),
            absl::StatusCode::kFailedPrecondition);
}

// The digits of the key in `file` with all bits turned, so that a search does not find its pattern.
std::string TurnedDigits(const std::filesystem::path& file) {
  const UniqueFd fd = *OpenFd(file, O_RDONLY);
  std::string turned;
  for (size_t i = 0; i < 2 * kKeySize; ++i) {
    char digit = 0;
    EXPECT_TRUE(ReadAt(fd.get(), strlen(kHead) + i, &digit, 1, file).ok());
    turned.push_back(static_cast<char>(~digit));
  }
  return turned;
}

// How often the text whose turned form this is stands in this process's memory.
size_t CountInMemory(const std::string& turned) {
  const UniqueFd memory = *OpenFd("/proc/self/mem", O_RDONLY);
  std::ifstream maps("/proc/self/maps");
  size_t count = 0;
  std::string line;
  while (std::getline(maps, line)) {
    uint64_t begin = 0;
    uint64_t end = 0;
    char writable = 0;
    if (sscanf(line.c_str(), "%lx-%lx %*c%c", &begin, &end, &writable) != 3 || writable != 'w')
      continue;
    std::string bytes(std::min<uint64_t>(end - begin, uint64_t{64} << 20), '\0');
    const ssize_t n = pread(memory.get(), bytes.data(), bytes.size(), static_cast<off_t>(begin));
    bytes.resize(n > 0 ? static_cast<size_t>(n) : 0);
    const auto is_turned = [](char byte, char other) { return byte == static_cast<char>(~other); };
    auto at = std::search(bytes.begin(), bytes.end(), turned.begin(), turned.end(), is_turned);
    for (; at != bytes.end(); ++count) {
      at = std::search(at + 1, bytes.end(), turned.begin(), turned.end(), is_turned);
    }
  }
  return count;
}

TEST_F(KeyFileTest, NoCopyOfAKeysDigitsStaysInMemory) {
  ASSERT_TRUE(GenerateKeyFile(folder_ / "key", kHead).ok());
  const absl::StatusOr<SecretBytes> key = ReadKeyFile(folder_ / "key", kHead, "");
  ASSERT_TRUE(key.ok()) << key.status();
  EXPECT_EQ(CountInMemory(TurnedDigits(folder_ / "key")), 0u);
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
