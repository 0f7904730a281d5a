#include <cstdio>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "agent/variants/double_metaphone.h"
#include "agent/variants/nysiis.h"
#include "agent/variants/soundex.h"

namespace blindlink::agent {
namespace {

using Row = std::vector<std::string>;

// Calls `check` with each row of a file of published vectors and returns the number of rows;
// prints a message if the file is missing.
int ForEachVector(const std::string& file, const std::function<void(const Row&)>& check) {
  const std::string path =
      std::string(BLINDLINK_SOURCE_DIR) + "/../shared/data/vectors/extracted/" + file;
  std::ifstream in(path);
  if (!in) {
    std::fprintf(stderr, "skipped: ../shared not present (%s)\n", file.c_str());
    return 0;
  }
  std::string line;
  std::getline(in, line);  // header
  int rows = 0;
  while (std::getline(in, line)) {
    const Row row = absl::StrSplit(line, ',');
    check(row);
    ++rows;
  }
  EXPECT_GT(rows, 50) << file;
  return rows;
}

std::string Letters(const std::string& name, bool spaces) {
  std::string letters;
  for (const char c : name) {
    if (absl::ascii_isalpha(c)) letters.push_back(absl::ascii_toupper(c));
    if (spaces && (c == ' ' || c == '\\')) letters.push_back(' ');
  }
  return letters;
}

TEST(SoundexTest, GivesTheArchivesCodes) {
  EXPECT_EQ(Soundex("ROBERT"), "R163");
  EXPECT_EQ(Soundex("RUPERT"), "R163");
  EXPECT_EQ(Soundex("WASHINGTON"), "W252");
  EXPECT_EQ(Soundex("GUTIERREZ"), "G362");
  EXPECT_EQ(Soundex("PFISTER"), "P236");
  EXPECT_EQ(Soundex("VANDEUSEN"), "V532");
  EXPECT_EQ(Soundex("LEE"), "L000");
}

TEST(SoundexTest, HAndWDoNotPartEqualCodesAndVowelsDo) {
  EXPECT_EQ(Soundex("ASHCRAFT"), "A261");
  EXPECT_EQ(Soundex("BOOTHDAVIS"), "B312");
  EXPECT_EQ(Soundex("TYMCZAK"), "T522");
}

TEST(SoundexTest, GivesThePublishedVectors) {
  ForEachVector("soundex_commons_codec.csv", [](const Row& row) {
    EXPECT_EQ(Soundex(Letters(row[0], false)), row[1]) << row[0];
  });
}

TEST(NysiisTest, GivesWellKnownCodes) {
  EXPECT_EQ(Nysiis("MACINTOSH"), "MCANT");
  EXPECT_EQ(Nysiis("KNUTH"), "NAT");
  EXPECT_EQ(Nysiis("PHILLIPSON"), "FALAPSAN");
  EXPECT_EQ(Nysiis("SCHMIDT"), "SNAD");
  EXPECT_EQ(Nysiis("SMITH"), "SNAT");
}

TEST(NysiisTest, GivesThePublishedVectors) {
  ForEachVector("nysiis_commons_codec.csv", [](const Row& row) {
    EXPECT_EQ(Nysiis(Letters(row[0], false)), row[1]) << row[0];
  });
}

TEST(DoubleMetaphoneTest, GivesWellKnownCodes) {
  EXPECT_EQ(DoubleMetaphone("SMITH").primary, "SM0");
  EXPECT_EQ(DoubleMetaphone("SMITH").alternate, "XMT");
  EXPECT_EQ(DoubleMetaphone("SCHMIDT").primary, "XMT");
  EXPECT_EQ(DoubleMetaphone("THOMAS").primary, "TMS");
  EXPECT_EQ(DoubleMetaphone("KNIGHT").primary, "NT");
  EXPECT_EQ(DoubleMetaphone("XAVIER").primary, "SF");
  EXPECT_EQ(DoubleMetaphone("XAVIER").alternate, "SFR");
  EXPECT_EQ(DoubleMetaphone("FOLGER").alternate, "FLJR");
}

TEST(DoubleMetaphoneTest, GivesThePublishedVectors) {
  ForEachVector("double_metaphone_commons_codec.csv", [](const Row& row) {
    const MetaphoneCodes codes = DoubleMetaphone(Letters(row[0], true));
    EXPECT_EQ(codes.primary, row[1]) << row[0];
    EXPECT_EQ(codes.alternate, row[2]) << row[0];
  });
}

TEST(PhoneticTest, WhatIsNotLatinHasNoCode) {
  for (const char* name : {"", "花子", "ハナコ", "A1"}) {
    EXPECT_EQ(Soundex(name), "");
    EXPECT_EQ(Nysiis(name), "");
    EXPECT_EQ(DoubleMetaphone(name).primary, "");
  }
}

}  // namespace
}  // namespace blindlink::agent
