#include "researcher/timeline/extract.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/researcher/timeline/test_extracts.h"

namespace blindlink::researcher {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

std::string Persons() { return "record,sex\n" + Id("1") + ",F\n"; }

class ExtractTest : public testing::Test {
 protected:
  // Why the extracts of two sites, the second of another plan, do not belong together.
  absl::Status Together(const TestExtracts::Plan& other) const {
    const std::string north = files_.Extract("north", {{"persons", Persons()}});
    const std::string south = files_.Extract("south", {{"persons", Persons()}}, other);
    return ReadExtracts({south, north}).status();
  }

  TestExtracts files_;
};

TEST_F(ExtractTest, ComesInTheOrderOfSites) {
  const std::string north = files_.Extract("north", {{"persons", Persons()}});
  const std::string south = files_.Extract("south", {{"persons", Persons()}});
  const auto extracts = ReadExtracts({south, north});
  ASSERT_TRUE(extracts.ok()) << extracts.status();
  EXPECT_EQ((*extracts)[0].site, "north");
  EXPECT_EQ((*extracts)[1].rows(), 1u);
}

TEST_F(ExtractTest, AFolderWithoutManifestIsNoExtract) {
  EXPECT_THAT(ReadExtract(files_.folder()).status().message(), HasSubstr("not completed"));
}

TEST_F(ExtractTest, OtherProjectsRunsPlansKeysAndTheSameSiteAreRefused) {
  EXPECT_THAT(Together({.project = "other"}).message(), HasSubstr("different projects"));
  EXPECT_THAT(Together({.run = "run-2"}).message(), HasSubstr("different runs"));
  EXPECT_THAT(Together({.plan_digest = "ef"}).message(), HasSubstr("different release plans"));
  EXPECT_THAT(Together({.key_id = "9"}).message(), HasSubstr("different keys"));
  EXPECT_EQ(Together({.run = "run-2"}).code(), absl::StatusCode::kFailedPrecondition);
  const std::string north = files_.Path("north");
  EXPECT_THAT(ReadExtracts({north, north}).status().message(), HasSubstr("one site, north"));
}

TEST_F(ExtractTest, ExtractsWithoutALinkageRunAreNotJoined) {
  const TestExtracts::Plan alone = {.run = ""};
  const std::string north = files_.Extract("north", {{"persons", Persons()}}, alone);
  const std::string south = files_.Extract("south", {{"persons", Persons()}}, alone);
  EXPECT_TRUE(ReadExtracts({north}).ok());
  EXPECT_THAT(ReadExtracts({north, south}).status().message(), HasSubstr("shifted differently"));
}

TEST_F(ExtractTest, WithoutADigestOfItsPlanAnExtractIsRefused) {
  EXPECT_THAT(Together({.plan_digest = ""}).message(), HasSubstr("no digest of its release plan"));
  const std::string north = files_.Extract("north", {{"persons", Persons()}}, {.plan_digest = ""});
  EXPECT_THAT(ReadExtracts({files_.Path("south"), north}).status().message(),
              HasSubstr("no digest of its release plan"));
}

TEST_F(ExtractTest, DifferentDictionariesOfSitesWithCodesAreWarnedOf) {
  const std::map<std::string, std::string> codes = {{"diagnoses", kDiagnosesHeader}};
  const auto extract = [&](const std::string& site, const auto& tables, const auto& dictionaries) {
    return files_.Extract(site, tables, {.dictionaries = dictionaries});
  };
  using Files = std::map<std::string, std::string>;
  const std::vector<std::string> folders = {
      extract("east", codes, Files{{"book.csv", "aa"}, {"terms.dict", "bb"}}),
      extract("north", codes, Files{{"codes.csv", "aa"}, {"terms.dict", "bb"}}),
      extract("registry", Files{{"persons", Persons()}}, Files{}),
      extract("south", codes, Files{{"book.csv", "aa"}, {"terms.dict", "cc"}}),
      extract("west", codes, Files{{"book.csv", "aa"}})};
  const auto extracts = ReadExtracts(folders);
  ASSERT_TRUE(extracts.ok()) << extracts.status();
  EXPECT_THAT(DictionaryWarnings(*extracts),
              ElementsAre(HasSubstr("east and south used different dictionaries (terms.dict)"),
                          HasSubstr("east and west used different dictionaries (terms.dict)")));
}

TEST_F(ExtractTest, ADamagedFileIsNamed) {
  const std::string north = files_.Extract("north", {{"persons", Persons()}});
  const auto extracts = ReadExtracts({north});
  ASSERT_TRUE(extracts.ok());
  EXPECT_TRUE(CheckFiles(*extracts, [](uint64_t) {}).ok());
  ASSERT_TRUE(WriteFileAtomically(north + "/persons.csv.zst", "record,sex\n").ok());
  EXPECT_THAT(CheckFiles(*extracts, [](uint64_t) {}).message(),
              AllOf(HasSubstr("north/persons.csv.zst"), HasSubstr("fetch it again")));
}

TEST_F(ExtractTest, AFileThatIsMissingIsNamed) {
  const std::string north = files_.Extract("north", {{"persons", Persons()}});
  std::filesystem::remove(north + "/persons.csv.zst");
  EXPECT_THAT(ReadExtract(north).status().message(), HasSubstr("persons.csv.zst"));
}

TEST_F(ExtractTest, WhatIsNoManifestIsRefused) {
  const std::string path = files_.Path("manifest.json");
  for (const char* text : {"", "[]", "{}", "{\"format\": 2}", "{\"format\": 1, \"site\": \"../x\"}",
                           "{\"format\": 1, \"site\": \"a\", \"plan\": {}, \"files\": [{\"table\": "
                           "\"persons\", \"file\": \"../x.csv\"}]}"}) {
    ASSERT_TRUE(WriteFileAtomically(path, text).ok());
    EXPECT_EQ(ReadExtract(files_.folder()).status().code(), absl::StatusCode::kInvalidArgument)
        << text;
  }
}

}  // namespace
}  // namespace blindlink::researcher
