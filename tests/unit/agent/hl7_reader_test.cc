#include "agent/input/hl7_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "tests/unit/agent/read_rows.h"

namespace blindlink::agent {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::Pair;

constexpr char kMsh[] = "MSH|^~\\&|ADT|HOSPITAL|||20240102||ADT^A08|1|P|2.5";

// One message with this PID segment.
std::string Message(const std::string& pid, const std::string& msh = kMsh) {
  return absl::StrCat(msh, "\r", pid, "\rPV1|1|I\r");
}

// The only row of a message with this PID segment.
ShownRow Person(const std::string& pid) {
  const RowsRead read = ReadText(Message(pid));
  EXPECT_TRUE(read.status.ok()) << read.status;
  EXPECT_EQ(read.rows.size(), 1u) << read.summary;
  return read.rows.empty() ? ShownRow() : read.rows[0];
}

TEST(Hl7Reader, APersonIsReadFromEachFieldOfThePidSegment) {
  const ShownRow row = Person(
      "PID|1||10077^^^CLINIC^MR~999-12-3456^^^USA^SS||Rice^Carlo^James^Jr^^^L||19701105|M|||"
      "12 Main St^Apt 4^Boston^MA^02115^USA^H||(617)555-0199^PRN^PH~^NET^Internet^c@example.org");
  EXPECT_EQ(row.Of("record_id"), "10077");
  EXPECT_EQ(row.Of("last_name"), "Rice");
  EXPECT_EQ(row.Of("first_name"), "Carlo");
  EXPECT_EQ(row.Of("middle_name"), "James");
  EXPECT_EQ(row.Of("suffix"), "Jr");
  EXPECT_EQ(row.Of("date_of_birth"), "1970-11-05");
  EXPECT_EQ(row.Of("sex"), "M");
  EXPECT_EQ(row.Of("street_address"), "12 Main St");
  EXPECT_EQ(row.Of("address_line2"), "Apt 4");
  EXPECT_EQ(row.Of("city"), "Boston");
  EXPECT_EQ(row.Of("state"), "MA");
  EXPECT_EQ(row.Of("zip"), "02115");
  EXPECT_EQ(row.Of("phone"), "(617)555-0199");
  EXPECT_EQ(row.Of("email"), "c@example.org");
  EXPECT_EQ(row.Of("ssn"), "999-12-3456");
  EXPECT_EQ(row.number, 2u);
}

TEST(Hl7Reader, SegmentsEndWithCrLfOrBothAndMayStandInMllpFrames) {
  const std::string text =
      absl::StrCat(Message("PID|1||1^^^^MR||Lee^Ann"), Message("PID|1||2^^^^MR||Roe^Ted"));
  for (const std::string& each : {text, absl::StrReplaceAll(text, {{"\r", "\n"}}),
                                  absl::StrReplaceAll(text, {{"\r", "\r\n"}}),
                                  absl::StrCat("\v", Message("PID|1||1^^^^MR||Lee^Ann"), "\x1c\r\v",
                                               Message("PID|1||2^^^^MR||Roe^Ted"), "\x1c\r")}) {
    const RowsRead read = ReadText(each);
    ASSERT_EQ(read.rows.size(), 2u) << read.status << read.summary;
    EXPECT_EQ(read.rows[0].Of("first_name"), "Ann");
    EXPECT_EQ(read.rows[1].Of("first_name"), "Ted");
    EXPECT_EQ(read.rows[1].number, 5u);
    EXPECT_THAT(read.rejects, IsEmpty());
  }
}

TEST(Hl7Reader, TheSeparatorsAreThoseOfMshAndEscapesAreUndone) {
  const std::string text =
      "MSH#*!$%#ADT###20240102##ADT*A08#1#P#2.5\rPID#1##7***C*MR##Smith$T$Co$F$x*Jo\r"
      "PV1#1\r";
  const RowsRead read = ReadText(text);
  ASSERT_EQ(read.rows.size(), 1u) << read.summary;
  EXPECT_EQ(read.rows[0].Of("last_name"), "Smith%Co#x");
  EXPECT_EQ(
      Person("PID|1||1^^^^MR||N\\XC3BA\\\\XC3B1\\ez^A\\H\\n\\N\\a\\S\\\\R\\\\E\\").Of("last_name"),
      "N\u00fa\u00f1ez");
  EXPECT_EQ(Person("PID|1||1^^^^MR||Lee^A\\H\\n\\N\\a\\S\\\\R\\\\E\\").Of("first_name"), "Ana^~\\");
}

TEST(Hl7Reader, AnUnknownEscapeCostsTheValueOnly) {
  const RowsRead read = ReadText(Message("PID|1||1^^^^MR||Lee^Ann||19700102|F|||12\\Main^^Boston"));
  ASSERT_EQ(read.rows.size(), 1u);
  EXPECT_EQ(read.rows[0].Of("street_address"), "");
  EXPECT_EQ(read.rows[0].Of("city"), "Boston");
  EXPECT_THAT(read.rejects, ElementsAre(Pair(Pair("PID-11", "unknown-escape"), 1)));
}

TEST(Hl7Reader, TheLegalNameCountsAndAMaidenNameIsKept) {
  const ShownRow row = Person(
      "PID|1||1^^^^MR||Annie^^^^^^N~Roe^Ann^^^^^M~Lee-Roe^Ann^^^^^D~Lee^Anne^^^^^L~X^Y^^^^^S");
  EXPECT_EQ(row.Of("last_name"), "Lee");
  EXPECT_EQ(row.Of("first_name"), "Anne");
  EXPECT_EQ(row.Of("maiden_name"), "Roe");
  // The prefix and the person's own surname, without the whole one.
  EXPECT_EQ(Person("PID|1||1^^^^MR||&van&Beek^Jan").Of("last_name"), "van Beek");
}

TEST(Hl7Reader, WhatHasEndedDoesNotCount) {
  const ShownRow row = Person(
      "PID|1||1^^^^MR||Old^Ann^^^^^L^^^^^20100101^20191231~New^Ann^^^^^L|||F|||"
      "1 Past Rd^^A^MA^1^^H^^^^^20000101&20201231~2 Now Rd^^B^MA^2^^H~3 Work Rd^^C^MA^3^^O||"
      "111^PRN^PH^^^^^^^^^^20000101^20101231~222^PRN^PH~333^WPN^PH~444^PRN^FX");
  EXPECT_EQ(row.Of("last_name"), "New");
  EXPECT_EQ(row.Of("maiden_name"), "Old");
  EXPECT_EQ(row.Of("street_address"), "2 Now Rd");
  EXPECT_EQ(row.Of("phone"), "222");
}

TEST(Hl7Reader, TheRecordIdIsTheMedicalRecordNumberNotAVisitOrAccount) {
  EXPECT_EQ(Person("PID|1||V9^^^^VN~A8^^^^AN~55^^^C^PI~10^^^C^MR||L^A").Of("record_id"), "10");
  EXPECT_EQ(Person("PID|1||V9^^^^VN~77||L^A").Of("record_id"), "77");
  EXPECT_EQ(Person("PID|1|E5|||L^A").Of("record_id"), "E5");
  EXPECT_EQ(Person("PID|1||V9^^^^VN||L^A").Of("record_id"), "");
  const ShownRow row = Person("PID|1||10^^^EAST^MR~20^^^WEST^MR||L^A");
  EXPECT_EQ(row.Of("PID-3.MR.WEST"), "20");
}

TEST(Hl7Reader, ADateIsReadInItsPrecisionOrRejectedInWords) {
  const auto date_of = [](const std::string& text) {
    return Person(absl::StrCat("PID|1||1^^^^MR||L^A||", text)).Of("date_of_birth");
  };
  EXPECT_EQ(date_of("19700102"), "1970-01-02");
  EXPECT_EQ(date_of("197001021530+0100"), "1970-01-02");
  EXPECT_EQ(date_of("19700102153000.1234-0500"), "1970-01-02");
  EXPECT_EQ(date_of("197001"), "1970-01");
  EXPECT_EQ(date_of("1970"), "1970");
  EXPECT_EQ(date_of("19700101^Y"), "1970");
  EXPECT_EQ(date_of("19700301^L"), "1970-03");
  for (const char* odd : {"70", "1970012", "197001021", "01/02/1970", "1970-01-02", "c.1970"}) {
    const RowsRead read = ReadText(Message(absl::StrCat("PID|1||1^^^^MR||L^A||", odd)));
    ASSERT_EQ(read.rows.size(), 1u);
    EXPECT_EQ(read.rows[0].Of("date_of_birth"), "") << odd;
    EXPECT_THAT(read.rejects, ElementsAre(Pair(Pair("PID-7", "odd-date-precision"), 1))) << odd;
  }
}

TEST(Hl7Reader, AMergeIsCountedAndItsPersonIsRead) {
  const std::string merge = absl::StrReplaceAll(kMsh, {{"ADT^A08", "ADT^A40"}});
  const RowsRead read =
      ReadText(absl::StrCat(Message("PID|1||10^^^^MR||Lee^Ann", merge), "MRG|20^^^^MR\r"));
  ASSERT_EQ(read.rows.size(), 1u);
  EXPECT_EQ(read.rows[0].Of("record_id"), "10");
  EXPECT_THAT(read.rejects, ElementsAre(Pair(Pair("MSH-9", "merge-not-interpreted"), 1)));
  EXPECT_EQ(read.rejected_rows, 0u);
}

TEST(Hl7Reader, BrokenMessagesAreRejectedWithTheirPlaceAndTheOthersAreRead) {
  const std::string text = absl::StrCat(
      Message("PID|1||1^^^^MR||Lee^Ann"),                                  // 1-3
      Message("PID|1||2^^^^MR||Can\rary^Ted"),                             // 4-7: 5 is broken
      Message("PID|1||3^^^^MR||Canary^Bob", "MSH|^^\\&|ADT|||||ADT^A08"),  // 8-10
      Message("PID|1||5^^^^MR||Canary^Max", absl::StrCat(kMsh, "||||||ISO IR87")),  // 11-13
      Message("PID|1||6^^^^MR||Roe^Sue"));
  const RowsRead read = ReadText(text);
  EXPECT_THAT(read.rejects,
              AllOf(testing::Contains(Pair(Pair("PID", "broken-segment"), 1)),
                    testing::Contains(Pair(Pair("MSH-2", "bad-encoding-characters"), 1)),
                    testing::Contains(Pair(Pair("MSH-18", "unknown-character-set"), 1))))
      << read.summary;
  EXPECT_THAT(read.summary, AllOf(HasSubstr("broken-segment in PID (first in row 5)"),
                                  HasSubstr("bad-encoding-characters in MSH-2 (first in row 9)"),
                                  Not(HasSubstr("Canary"))));
  ASSERT_EQ(read.rows.size(), 2u);
  EXPECT_EQ(read.rows.front().Of("first_name"), "Ann");
  EXPECT_EQ(read.rows.back().Of("first_name"), "Sue");
  EXPECT_EQ(read.rows.size() + read.rejected_rows, read.rows_read);
}

TEST(Hl7Reader, ATruncatedLastMessageIsNotMisread) {
  const std::string whole = absl::StrCat(Message("PID|1||1^^^^MR||Lee^Ann"), kMsh,
                                         "\rPID|1||2^^^^MR||Roe^Theodore||19701231");
  for (size_t cut = whole.size(); cut > whole.find("Roe"); --cut) {
    const RowsRead read = ReadText(whole.substr(0, cut));
    ASSERT_EQ(read.rows.size(), 1u) << cut;
    EXPECT_THAT(read.rejects, ElementsAre(Pair(Pair("PID", "truncated-message"), 1)));
  }
  // With its end, it is whole.
  EXPECT_EQ(ReadText(whole + "\r").rows.size(), 2u);
}

TEST(Hl7Reader, ABatchIsReadAndItsCountCompared) {
  const std::string head = "FHS|^~\\&|A\rBHS|^~\\&|A\r";
  const std::string body = Message("PID|1||1^^^^MR||Lee^Ann");
  EXPECT_THAT(ReadText(absl::StrCat(head, body, "BTS|1\rFTS|1\r")).rejects, IsEmpty());
  EXPECT_THAT(ReadText(absl::StrCat(head, body, "BTS|2\rFTS|1\r")).rejects,
              ElementsAre(Pair(Pair("BTS-1", "batch-count"), 1)));
  EXPECT_THAT(ReadText(absl::StrCat(head, body)).rejects,
              ElementsAre(Pair(Pair("BTS", "batch-not-ended"), 1)));
}

TEST(Hl7Reader, Latin1IsReadWhereTheMessageSaysSo) {
  const std::string latin1 = absl::StrCat(kMsh, "||||||8859/1");
  const RowsRead read =
      ReadText(Message("PID|1||1^^^^MR||N\xfa\xf1"
                       "ez^Ana",
                       latin1));
  ASSERT_EQ(read.rows.size(), 1u) << read.summary;
  EXPECT_EQ(read.rows[0].Of("last_name"), "N\u00fa\u00f1ez");
  EXPECT_THAT(read.rejects, IsEmpty());
}

TEST(Hl7Reader, TwoDifferingSocialSecurityNumbersAreNoted) {
  const RowsRead same =
      ReadText(Message("PID|1||1^^^^MR~999123456^^^^SS||L^A||||||||||||||999-12-3456"));
  EXPECT_THAT(same.rejects, IsEmpty());
  const RowsRead other =
      ReadText(Message("PID|1||1^^^^MR~999123456^^^^SS||L^A||||||||||||||999-12-3457"));
  EXPECT_EQ(other.rows[0].Of("ssn"), "999123456");
  EXPECT_THAT(other.rejects, ElementsAre(Pair(Pair("PID-19", "differs-from-PID-3"), 1)));
}

}  // namespace
}  // namespace blindlink::agent
