#include "researcher/timeline/copies.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>

#include "absl/strings/str_cat.h"
#include "tests/unit/researcher/timeline/built_timeline.h"

namespace blindlink::researcher {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// A visit without its record: visit,receipt,start,end,setting,payer,provider,amount.
using Visits = std::vector<std::string>;

class CopiesTest : public testing::Test {
 protected:
  // One person's visits at two sites. Returns "visit>original" of each copy.
  std::vector<std::string> Copies(const Visits& north, const Visits& south,
                                  const std::vector<std::string>& north_codes = {},
                                  const std::vector<std::string>& south_codes = {}) const {
    const std::vector<std::string> folders = {
        files_.Extract("north", Tables(Id("1"), north, north_codes)),
        files_.Extract("south", Tables(Id("2"), south, south_codes))};
    const std::string map = files_.EntityMap({"e,north,1", "e,south,2"});
    const TimelineRequest request = RequestOf(files_, map, folders);
    const auto outcome = BuildTimeline(request);
    EXPECT_TRUE(outcome.ok()) << outcome.status();
    std::vector<std::string> copies;
    for (const Row& row : RowsOf(request.out_file)) {
      if (row.at("kind") == "visit" && !row.at("copy_of").empty()) {
        copies.push_back(row.at("site") + "/" + row.at("visit") + ">" + row.at("copy_of"));
      }
    }
    return copies;
  }

  // `codes`: "visit,date,code".
  static std::map<std::string, std::string> Tables(const std::string& record, const Visits& visits,
                                                   const std::vector<std::string>& codes) {
    std::string visit_rows = kVisitsHeader;
    for (const std::string& visit : visits) absl::StrAppend(&visit_rows, record, ",", visit, "\n");
    std::string code_rows = kDiagnosesHeader;
    for (const std::string& code : codes) {
      const std::vector<std::string> parts = absl::StrSplit(code, ',');
      absl::StrAppend(&code_rows, record, ",", parts[0], ",1,", parts[1], ",", parts[2],
                      ",ICD-10-CM,definite,\n");
    }
    return {{"visits", visit_rows}, {"diagnoses", code_rows}};
  }

  TestExtracts files_;
};

TEST_F(CopiesTest, TheSameReceiptIsOneVisitEvenIfItsDatesDiffer) {
  EXPECT_THAT(Copies({"0a,77,2021-03-10,2021-03-12,inpatient,p,d,90.00"},
                     {"0b,77,2021-03-11,2021-03-12,inpatient,p,d,90.00"}),
              ElementsAre("south/0b>north/0a"));
}

TEST_F(CopiesTest, DifferentReceiptsAreDifferentVisitsHoweverAlike) {
  EXPECT_THAT(Copies({"0a,77,2021-03-10,2021-03-10,outpatient,p,d,90.00"},
                     {"0b,78,2021-03-10,2021-03-10,outpatient,p,d,90.00"}),
              IsEmpty());
}

TEST_F(CopiesTest, WithoutReceiptTheContentDecides) {
  EXPECT_THAT(Copies({"0a,,2021-03-10,2021-03-10,outpatient,p,d,90.00"},
                     {"0b,78,2021-03-11,2021-03-11,outpatient,p,d,90.00"}),
              ElementsAre("north/0a>south/0b"));
  EXPECT_THAT(Copies({"0a,,2021-03-10,2021-03-10,outpatient,p,d,90.00"},
                     {"0b,78,2021-03-10,2021-03-10,outpatient,p,d,91.00"}),
              IsEmpty());
  EXPECT_THAT(Copies({"0a,,2021-03-10,2021-03-10,outpatient,p,d,90.00"},
                     {"0b,78,2021-03-12,2021-03-12,outpatient,p,d,90.00"}),
              IsEmpty());
  EXPECT_THAT(Copies({"0a,,2021-03-10,2021-03-10,outpatient,p,d,90.00"},
                     {"0b,78,2021-03-10,2021-03-10,emergency,p,d,90.00"}),
              IsEmpty());
}

TEST_F(CopiesTest, CodesDecideWhereAmountsAreNotReleased) {
  const Visits north = {"0a,,2021-03-10,2021-03-10,outpatient,,,",
                        "0c,,2021-05-10,2021-05-10,outpatient,,,",
                        "0d,,2021-06-10,2021-06-10,outpatient,,,"};
  const Visits south = {"0b,,2021-03-10,2021-03-10,outpatient,,,"};
  const std::vector<std::string> codes = {"0a,2021-03-10,J45", "0c,2021-05-10,I10",
                                          "0d,2021-06-10,I10"};
  EXPECT_THAT(Copies(north, south, codes, {"0b,2021-03-10,J45"}), ElementsAre("south/0b>north/0a"));
  EXPECT_THAT(Copies(north, south, codes, {"0b,2021-03-10,S52"}), IsEmpty());
}

TEST_F(CopiesTest, AVisitHasOneCopyAtASiteTheMostAlike) {
  EXPECT_THAT(Copies({"0a,,2021-03-10,2021-03-10,outpatient,p,d,90.00"},
                     {"0b,,2021-03-11,2021-03-11,outpatient,p,d,90.00",
                      "0c,,2021-03-10,2021-03-10,outpatient,p,d,90.00"}),
              ElementsAre("south/0c>north/0a"));
}

TEST_F(CopiesTest, WithinASiteOnlyTheReceiptMakesCopies) {
  EXPECT_THAT(Copies({"0a,77,2021-03-10,2021-03-10,outpatient,p,d,90.00",
                      "0b,77,2021-03-10,2021-03-10,outpatient,p,d,90.00",
                      "0c,,2021-04-10,2021-04-10,outpatient,p,d,90.00",
                      "0d,,2021-04-10,2021-04-10,outpatient,p,d,90.00"},
                     {}),
              ElementsAre("north/0b>north/0a"));
}

TEST_F(CopiesTest, AReceiptThatStandsForNothingJoinsNoUnlikeVisits) {
  EXPECT_THAT(Copies({"0a,00,2021-03-10,2021-03-10,outpatient,p,d,90.00",
                      "0b,00,2021-03-12,2021-03-12,outpatient,q,e,17.00"},
                     {"0c,00,2021-03-30,2021-03-30,outpatient,p,d,90.00"}),
              IsEmpty());
}

TEST_F(CopiesTest, TheOriginalIsTheVisitWithAReceiptThenWithMoreEvents) {
  EXPECT_THAT(
      Copies({"0a,77,2021-03-10,2021-03-10,outpatient,p,d,90.00"},
             {"0b,77,2021-03-10,2021-03-10,outpatient,p,d,90.00"}, {}, {"0b,2021-03-10,J45"}),
      ElementsAre("north/0a>south/0b"));
}

// A visit at site 0 whose codes are those of two visits at site 1, with the same weights in another
// order. Returns which of the two is taken as its copy. `prefix`: of all codes.
uint64_t CopyTaken(const std::string& prefix) {
  const auto name = [&](const char* letter, int number) {
    return absl::StrCat(prefix, letter, number);
  };
  PersonEvents person(nullptr);
  std::deque<std::string> texts;  // that events refer to
  const auto add = [&](uint32_t site, uint64_t visit, int32_t day,
                       const std::vector<std::string>& codes) {
    Event event;
    event.date = EventDate{day, day};
    event.record = event.site = site;
    event.visit_number = visit;
    event.payer = event.provider = event.end = "x";
    person.events().push_back(event);
    event.kind = EventKind::kDiagnosis;
    for (const std::string& code : codes) {
      event.code = texts.emplace_back(code);
      person.events().push_back(event);
    }
  };
  const std::vector<std::string> first = {name("a", 1), name("a", 2), name("a", 3)};
  const std::vector<std::string> second = {name("b", 3), name("b", 1), name("b", 2)};
  std::vector<std::string> both = first;
  both.insert(both.end(), second.begin(), second.end());
  add(0, 1, 0, both);
  add(1, 1, 0, first);
  add(1, 2, 0, second);
  // So often that the last bit of the sum of weights depends on their order.
  for (uint64_t i = 0; i < 6; ++i) {
    std::vector<std::string> codes;
    if (i < 1) codes.insert(codes.end(), {first[0], second[0]});
    if (i < 2) codes.insert(codes.end(), {first[1], second[1]});
    if (i < 4) codes.insert(codes.end(), {first[2], second[2]});
    add(0, i + 2, 100 * static_cast<int32_t>(i + 1), codes);
  }
  EXPECT_EQ(MarkCopies(&person).by_content, 1u);
  for (const Event& event : person.events()) {
    if (event.copy_of == kNoEvent) continue;
    return event.site == 1 ? event.visit_number : person.events()[event.copy_of].visit_number;
  }
  return 0;
}

TEST(CopiesOfEqualEvidence, AreChosenByTheOrderOfCodesAndNotByHashes) {
  const uint64_t taken = CopyTaken("");
  for (int i = 0; i < 300; ++i) EXPECT_EQ(CopyTaken(absl::StrCat(i)), taken) << i;
}

}  // namespace
}  // namespace blindlink::researcher
