#include "agent/synthetic/synthesis_spec.h"

#include <gtest/gtest.h>

#include "agent/synthetic/domain_files.h"
#include "common/base/files.h"
#include "tests/support/temporary_folder.h"

namespace blindlink::agent {
namespace {

class SynthesisSpecTest : public testing::Test {
 protected:
  std::string Write(const std::string& name, const std::string& content) {
    EXPECT_TRUE(WriteFileAtomically(folder_ / name, content).ok());
    return (folder_ / name).string();
  }
  absl::StatusOr<SynthesisSpec> Load(const std::string& text) {
    return LoadSynthesisSpec(Write("spec.textproto", text));
  }
  std::string MistakesOf(const std::string& text) {
    const auto spec = Load(text);
    EXPECT_EQ(spec.status().code(), absl::StatusCode::kInvalidArgument);
    return std::string(spec.status().message());
  }
  TemporaryFolder folder_;
};

constexpr char kSex[] = "columns { name: \"sex\" categories { value: \"F\" value: \"M\" } }\n";

TEST_F(SynthesisSpecTest, DomainsComeFromTheSpecAndTheFilesBesideIt) {
  Write("zip.txt", "01001\n01002\n");
  Write("place.csv", "Ulm;South;*\nKiel;North;*\nBonn;West;*\nLahr;South;*\n");
  const auto spec =
      Load(std::string("name: \"s\"\nepsilon: 1\n") + kSex +
           "columns { name: \"zip\" list: \"zip.txt\" }\n"
           "columns { name: \"place\" hierarchy { file: \"place.csv\" level: 1 } }\n"
           "columns { name: \"age\" numbers { smallest: 0 largest: 99 width: 5 } }\n");
  ASSERT_TRUE(spec.ok()) << spec.status();
  EXPECT_EQ(spec->proto.delta(), 1e-9);
  EXPECT_EQ(spec->columns[1].CodeOf("01002"), 1u);
  const Domain& place = spec->columns[2];
  EXPECT_EQ(place.listed(), 3u);
  EXPECT_EQ(place.CodeOf("Lahr"), place.CodeOf("Ulm"));
  EXPECT_EQ(place.LabelOf(place.CodeOf("Kiel")), "North");
  EXPECT_EQ(spec->columns[3].LabelOf(spec->columns[3].CodeOf("34.5")), "30-34");
}

TEST_F(SynthesisSpecTest, ValuesThatTheSpecDoesNotNameAreOtherAndEmptyOnesStayEmpty) {
  const auto spec = Load(std::string("name: \"s\"\n") + kSex +
                         "columns { name: \"age\" numbers { smallest: 0 largest: 99 } }\n");
  ASSERT_TRUE(spec.ok());
  const auto random = SeededRandom(1);
  for (const Domain& domain : spec->columns) {
    EXPECT_EQ(domain.TextOf(domain.CodeOf("X-1234"), *random), "other");
    EXPECT_EQ(domain.TextOf(domain.CodeOf(""), *random), "");
  }
  EXPECT_EQ(spec->columns[1].CodeOf("100"), spec->columns[1].other());
  EXPECT_EQ(spec->columns[1].CodeOf("-1"), spec->columns[1].other());
  EXPECT_EQ(spec->columns[1].CodeOf("nan"), spec->columns[1].other());
  EXPECT_EQ(spec->columns[1].CodeOf("1e300"), spec->columns[1].other());
}

TEST_F(SynthesisSpecTest, MistakesHaveTheirLineAndColumn) {
  const std::string message = MistakesOf(
      "name: \"s\"\n"
      "epsilon: -1\n"
      "columns { name: \"a\" }\n"
      "columns { name: \"a\" numbers { smallest: 5 largest: 2 } }\n");
  EXPECT_NE(message.find("2:1: epsilon: "), std::string::npos) << message;
  EXPECT_NE(message.find("3:11: columns[1].name: say which values"), std::string::npos) << message;
  EXPECT_NE(message.find("4:11: columns[2].name: two columns"), std::string::npos) << message;
  EXPECT_NE(message.find("4:11: columns[2].name: numbers: smallest"), std::string::npos) << message;
}

TEST_F(SynthesisSpecTest, UnknownFieldsAndFilesAreMistakes) {
  EXPECT_NE(MistakesOf("name: \"s\"\nepsilonn: 1\n").find("2:9"), std::string::npos);
  EXPECT_NE(MistakesOf("name: \"s\"\ncolumns { name: \"z\" list: \"no.txt\" }\n").find("no.txt"),
            std::string::npos);
  EXPECT_NE(MistakesOf("").find("columns"), std::string::npos);
}

TEST_F(SynthesisSpecTest, FilesWithContradictionsNameTheLine) {
  const auto twice = DomainOfList("d", Write("l.txt", "a\nb\na\n"));
  EXPECT_NE(twice.status().message().find("l.txt:3: "), std::string::npos);
  const auto moved = DomainOfHierarchy("d", Write("h.csv", "a;x\nb;y\na;y\n"), 1);
  EXPECT_NE(moved.status().message().find("h.csv:3: "), std::string::npos);
  const auto shallow = DomainOfHierarchy("d", Write("h.csv", "a;x\nb\n"), 1);
  EXPECT_NE(shallow.status().message().find("h.csv:2: "), std::string::npos);
  const auto groups = ReadCodeGroups(Write("g.txt", "E11;Diabetes\nE1.1;Again\n"));
  EXPECT_NE(groups.status().message().find("g.txt:2: "), std::string::npos);
}

TEST_F(SynthesisSpecTest, ClaimsNeedDaysSettingsAndCodeGroups) {
  const std::string message = MistakesOf(std::string("name: \"s\"\n") + kSex +
                                         "claims { first_day: \"2020-02-30\" gap_bounds: 3 "
                                         "person_columns: \"age\" }\n");
  for (const char* field : {"claims.first_day", "claims.last_day", "claims.settings",
                            "claims.code_groups", "claims.gap_bounds", "claims.person_columns"}) {
    EXPECT_NE(message.find(field), std::string::npos) << field << "\n" << message;
  }
}

TEST(CodeGroupsTest, TheLongestPrefixDecidesWhateverTheDots) {
  const CodeGroups groups({{"E1", ""}, {"E11", ""}, {"E1165", ""}});
  EXPECT_EQ(groups.GroupOf("e11.65"), 2u);
  EXPECT_EQ(groups.GroupOf("E1164"), 1u);
  EXPECT_EQ(groups.GroupOf("E10"), 0u);
  EXPECT_EQ(groups.GroupOf("F10"), 3u);
}

}  // namespace
}  // namespace blindlink::agent
