#include "agent/conformance/conformance.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "agent/conformance/conformance_report.h"
#include "agent/conformance/published_vectors.h"
#include "agent/standardize/standardizer_version.h"
#include "common/base/files.h"
#include "simdjson.h"

namespace blindlink::agent {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Conformance Check(absl::string_view vectors) {
  const auto report = CheckConformance(vectors);
  EXPECT_TRUE(report.ok()) << report.status();
  return report.ok() ? *report : Conformance{};
}
std::vector<size_t> LinesOf(const ConformanceGroup& group) {
  std::vector<size_t> lines;
  for (const ConformanceDifference& difference : group.differences) {
    lines.push_back(difference.line);
  }
  return lines;
}
std::string Complaint(absl::string_view vectors) {
  return std::string(CheckConformance(vectors).status().message());
}

// A changed line changes tokens, so raise kStandardizerVersion with it.
TEST(ConformanceTest, EveryStandardFormVariantAndTokenIsAsPublishedForThisVersion) {
  ASSERT_EQ(std::string(kStandardizerVersion), "3");
  const Conformance report = Check(PublishedVectors());
  EXPECT_GT(report.vectors(), 250u);
  for (const ConformanceGroup& group : report.groups) {
    for (const ConformanceDifference& difference : group.differences) {
      ADD_FAILURE() << "line " << difference.line << ": " << difference.output;
    }
  }
}

TEST(ConformanceTest, TheVectorsBuiltInAreThePublishedFile) {
  const auto file = ReadFile(BLINDLINK_SOURCE_DIR "/agent/conformance/vectors/standardize.tsv");
  ASSERT_TRUE(file.ok());
  EXPECT_EQ(PublishedVectors(), *file);
}

TEST(ConformanceTest, ADifferingVectorIsNamedByItsLine) {
  const Conformance report = Check(
      "# a comment\n"
      "SURNAME\tEXACT\tO'Brien\tOBRIEN\n"
      "\n"
      "SURNAME\tEXACT\tO'Brien\tO'BRIEN\n"
      "SEX\tEXACT\tfemale\tF\n");
  ASSERT_EQ(report.groups.size(), 2u);
  EXPECT_EQ(report.groups[0].vectors, 2u);
  EXPECT_THAT(LinesOf(report.groups[0]), ElementsAre(4u));
  EXPECT_EQ(report.differing(), 1u);
}

TEST(ConformanceTest, TheDigestIsOfWhatIsMadeNotOfWhatIsExpected) {
  const Conformance right = Check("SURNAME\tEXACT\tO'Brien\tOBRIEN\n");
  const Conformance wrong = Check("SURNAME\tEXACT\tO'Brien\tO'BRIEN\n");
  const Conformance other = Check("SURNAME\tEXACT\tBrien\tBRIEN\n");
  EXPECT_EQ(right.outputs_sha256, wrong.outputs_sha256);
  EXPECT_NE(right.vectors_sha256, wrong.vectors_sha256);
  EXPECT_NE(right.outputs_sha256, other.outputs_sha256);
}

TEST(ConformanceTest, ATokenVectorChangesWithTheRecord) {
  const Conformance report = Check(
      "TOKENS\tssn-year\tssn=786-77-6454|date_of_birth=1970-03-12\t(no token)\n"
      "TOKENS\tssn-year\tssn=786-77-6454\t(no token)\n");
  ASSERT_EQ(report.groups.size(), 1u);
  EXPECT_THAT(LinesOf(report.groups[0]), ElementsAre(1u));
}

TEST(ConformanceTest, AFileThatIsNoVectorFileIsRefusedByLine) {
  EXPECT_EQ(Complaint("SURNAME\tEXACT\n"), "line 1 of the vectors has not four cells");
  EXPECT_THAT(Complaint("\nNAME\tEXACT\tx\tX\n"),
              HasSubstr("line 2 of the vectors names no stand"));
  EXPECT_THAT(Complaint("SURNAME\tLONG\tx\tX\n"), HasSubstr("names no form"));
  EXPECT_THAT(Complaint("TOKENS\tname\tcolor=red\tx\n"), HasSubstr("names no field"));
  EXPECT_EQ(Complaint("# nothing\n"), "the file holds no vectors");
}

TEST(ConformanceReportTest, TextAndJsonSayTheSame) {
  const Conformance report = Check("SURNAME\tEXACT\tO'Brien\tO'BRIEN\n");
  const std::string text = ConformanceToText(report, "agent 1");
  EXPECT_THAT(text, HasSubstr("agent 1, standardizer 3, ICU "));
  EXPECT_THAT(text, HasSubstr("0 of 1 vectors agree"));
  EXPECT_THAT(text, HasSubstr(report.outputs_sha256));
  simdjson::dom::parser parser;
  simdjson::dom::element json;
  ASSERT_EQ(parser.parse(ConformanceToJson(report, "agent 1")).get(json), simdjson::SUCCESS);
  EXPECT_EQ(json["outputs_sha256"].get_string().value(), report.outputs_sha256);
  EXPECT_EQ(json["differing"].get_uint64().value(), 1u);
  EXPECT_EQ(json["groups"].at(0)["differences"].at(0)["line"].get_uint64().value(), 1u);
}

}  // namespace
}  // namespace blindlink::agent
