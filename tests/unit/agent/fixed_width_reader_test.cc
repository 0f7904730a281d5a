#include "agent/input/fixed_width_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "tests/unit/agent/read_rows.h"

namespace blindlink::agent {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::Pair;

constexpr char kColumns[] = "column,first,length\nrecord_id,1,3\nlast_name,4,8\nbirth_date,12,8\n";

RowsRead Read(const std::string& settings, const std::string& text) {
  const TemporaryFolder folder;
  InputOptions options;
  options.path = (folder / "people.txt").string();
  options.layout = (folder / "people.layout").string();
  EXPECT_TRUE(WriteFileAtomically(options.path, text).ok());
  EXPECT_TRUE(WriteFileAtomically(options.layout, absl::StrCat(settings, kColumns)).ok());
  return ReadRows(options);
}

std::vector<std::string> NamesOf(const RowsRead& read) {
  std::vector<std::string> names;
  for (const ShownRow& row : read.rows) {
    names.push_back(absl::StrCat(row.number, " ", row.Of("record_id"), "/", row.Of("last_name"),
                                 "/", row.Of("birth_date")));
  }
  return names;
}

TEST(FixedWidth, ColumnsStandWhereTheLayoutSaysAndBlanksAroundValuesDoNotCount) {
  const RowsRead read = Read("positions=bytes\n", "001Lee     19700102\r\n\n 2  Roe    19801231\n");
  EXPECT_THAT(NamesOf(read), ElementsAre("1 001/Lee/19700102", "3 2/Roe/19801231"));
  EXPECT_THAT(read.rejects, IsEmpty());
}

TEST(FixedWidth, PositionsCountBytesOrCharactersAsStated) {
  const std::string in_characters = "001N\u00fa\u00f1ez   19700102\n";
  const std::string in_bytes = "001N\u00fa\u00f1ez 19700102\n";
  EXPECT_THAT(NamesOf(Read("positions=characters\n", in_characters)),
              ElementsAre("1 001/N\u00fa\u00f1ez/19700102"));
  EXPECT_THAT(NamesOf(Read("positions=bytes\n", in_bytes)),
              ElementsAre("1 001/N\u00fa\u00f1ez/19700102"));
  // In the wrong unit nothing is misread.
  EXPECT_THAT(Read("positions=bytes\n", in_characters).rejects,
              ElementsAre(Pair(Pair("", "line-too-long"), 1)));
  EXPECT_THAT(Read("positions=characters\n", in_bytes).rejects,
              ElementsAre(Pair(Pair("", "line-too-short"), 1)));
  EXPECT_THAT(Read("positions=bytes\n", "001Abcdefg\u00fa1970010").rejects,
              ElementsAre(Pair(Pair("", "cuts-a-character"), 1)));
}

TEST(FixedWidth, Windows1252HasOneByteForACharacter) {
  const RowsRead read = Read("positions=bytes\n",
                             "001N\xfa\xf1"
                             "ez   19700102\n");
  EXPECT_THAT(NamesOf(read), ElementsAre("1 001/N\u00fa\u00f1ez/19700102"));
  EXPECT_THAT(read.rejects, ElementsAre(Pair(Pair("", "read-as-windows-1252"), 1)));
}

TEST(FixedWidth, BlanksAtTheEndOfLinesMayBeMissingIfTheLayoutSaysSo) {
  const std::string text = "001Lee     19700102\n002Roe\n003Fox     19801231\n";
  const RowsRead kept = Read("positions=bytes\n", text);
  EXPECT_THAT(NamesOf(kept), ElementsAre("1 001/Lee/19700102", "3 003/Fox/19801231"));
  EXPECT_THAT(kept.rejects, ElementsAre(Pair(Pair("", "line-too-short"), 1)));
  EXPECT_THAT(kept.summary, HasSubstr("first in row 2"));
  EXPECT_THAT(NamesOf(Read("positions=bytes\ntrailing_blanks=trimmed\n", text)),
              ElementsAre("1 001/Lee/19700102", "2 002/Roe/", "3 003/Fox/19801231"));
}

TEST(FixedWidth, AFileThatEndsWithinALineDoesNotGiveHalfADate) {
  const std::string text = "001Lee     19700102\n002Roe     198012";
  for (const char* settings : {"positions=bytes\n", "positions=bytes\ntrailing_blanks=trimmed\n"}) {
    const RowsRead read = Read(settings, text);
    EXPECT_THAT(NamesOf(read), ElementsAre("1 001/Lee/19700102"));
    EXPECT_EQ(read.rejected_rows, 1u);
  }
}

TEST(FixedWidth, AHeaderIsSkippedAndTheRestOfALongerLineIgnoredWhereItsLengthIsStated) {
  EXPECT_THAT(NamesOf(Read("positions=bytes\nheader_lines=1\nline_length=22\n",
                           "ID NAME    BIRTH\n001Lee     19700102XYZ\n")),
              ElementsAre("2 001/Lee/19700102"));
}

TEST(FixedWidth, ALayoutThatCannotBeReadIsRefusedWithItsLine) {
  const auto error_of = [](const std::string& text) {
    return std::string(ParseFixedWidthLayout(text).status().message());
  };
  EXPECT_THAT(error_of("column,first,length\nid,1,3\n"), HasSubstr("positions=bytes"));
  EXPECT_THAT(error_of("positions=octets\n"), HasSubstr("line 1: positions must be"));
  EXPECT_THAT(error_of("positions=bytes\n"), HasSubstr("has no columns"));
  EXPECT_THAT(error_of("positions=bytes\ncolumn,first,length\nid,0,3\n"), HasSubstr("line 3"));
  EXPECT_THAT(error_of("positions=bytes\ncolumn,first,length\nid,1,3\nid,4,3\n"),
              HasSubstr("line 4: a second column"));
  EXPECT_THAT(error_of("positions=bytes\nline_length=2\ncolumn,first,length\nid,1,3\n"),
              HasSubstr("the last column ends at 3"));
  EXPECT_THAT(error_of("positions=bytes\nwidth=3\n"), HasSubstr("line 2: neither a setting"));
}

TEST(FixedWidth, AFixedWidthFileNeedsALayoutAndNoOtherFormatTakesOne) {
  InputOptions options;
  options.format = InputFormat::kFixedWidth;
  EXPECT_THAT(std::string(ReadText("001Lee\n", options).status.message()),
              HasSubstr("needs --layout"));
  options.format = InputFormat::kHl7;
  options.layout = "people.layout";
  EXPECT_THAT(std::string(ReadText("001Lee\n", options).status.message()),
              AllOf(HasSubstr("not for hl7"), Not(HasSubstr("Lee"))));
}

}  // namespace
}  // namespace blindlink::agent
