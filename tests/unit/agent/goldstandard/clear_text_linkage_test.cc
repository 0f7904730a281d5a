#include "agent/goldstandard/clear_text_linkage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "agent/address_reference/address_reference.h"
#include "common/base/files.h"
#include "common/csv/csv_reader.h"
#include "tests/support/generated_people.h"
#include "tests/support/temporary_folder.h"

namespace blindlink::agent {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

using Pairs = std::vector<std::pair<std::string, std::string>>;

class ClearTextLinkageTest : public testing::Test {
 protected:
  static Plan PlanNamed(const std::string& name) {
    auto plan = Plan::Parse(
        *ReadFile(absl::StrCat(BLINDLINK_SOURCE_DIR, "/deploy/plans/", name, ".textproto")));
    EXPECT_TRUE(plan.ok()) << plan.status();
    return *std::move(plan);
  }

  static SiteInput SiteAt(const std::string& name, const std::string& path) {
    SiteInput site;
    site.name = name;
    site.input.path = path;
    return site;
  }
  SiteInput Site(const std::string& name, const std::string& csv) {
    EXPECT_TRUE(WriteFileAtomically(folder_ / (name + ".csv"), csv).ok());
    return SiteAt(name, (folder_ / (name + ".csv")).string());
  }

  absl::StatusOr<GoldReport> Link(std::vector<SiteInput> sites, size_t threads = 2) {
    options_.sites = std::move(sites);
    options_.pairs_out = (folder_ / "pairs.csv").string();
    options_.entities_out = (folder_ / "entities.csv").string();
    options_.threads = threads;
    return LinkClearText(plan_, options_);
  }

  std::vector<std::vector<std::string>> Rows(const std::string& name) const {
    std::vector<std::vector<std::string>> rows;
    const auto reader = CsvReader::Open((folder_ / name).string());
    EXPECT_TRUE(reader.ok()) << reader.status();
    if (!reader.ok()) return rows;
    for (auto more = (*reader)->Next(); more.ok() && *more; more = (*reader)->Next()) {
      rows.push_back((*reader)->fields());
    }
    return rows;
  }
  Pairs LinkedIds() const {
    Pairs pairs;
    for (const auto& row : Rows("pairs.csv")) pairs.emplace_back(row[1], row[3]);
    return pairs;
  }

  TemporaryFolder folder_;
  Plan plan_ = PlanNamed("us-default");
  GoldOptions options_;
};

// Four people are in both files, each with one error.
constexpr char kRegistry[] =
    "record_id,first_name,last_name,date_of_birth,street_address,city,zip\n"
    "H1,Robert,Carter,1961-03-14,12 Bushytail Road,Cambridge,02139\n"
    "H2,Maria,Lopez,1975-08-30,48 Elm Street Unit 2,Medford,02155\n"
    "H3,Susan,Novak,1982-04-05,7 Ninth Avenue,Salem,01970\n"
    "H4,James,Walker,1940-11-02,301 Oak Lane,Lowell,01850\n"
    "H5,Peter,Quinn,1957-06-09,5 Harbor Way,Lynn,01901\n";
constexpr char kClaims[] =
    "record_id,first_name,last_name,date_of_birth,street_address,city,zip\n"
    "C1,Bobby,Carter,1961-03-14,12 Bushy tail RD,Cambridge,02139\n"
    "C2,Maria,Lopes,1975-08-30,48 Elm St,Medford,02155\n"
    "C3,Novak,Susan,1982-05-04,7 9th Ave,Salem,01970\n"
    "C4,George,Adams,1971-06-17,90 Mill Street,Quincy,02169\n"
    "C5,Peter,Quinn,1957-06-09,5 Harbor Way,Lynn,01901\n"
    "C6,Linda,Meyer,1968-01-20,220 River Road,Portland,04101\n";

TEST_F(ClearTextLinkageTest, FindsPeopleInSpiteOfErrors) {
  const auto report = Link({Site("registry", kRegistry), Site("claims", kClaims)});
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_THAT(LinkedIds(),
              UnorderedElementsAre(std::make_pair("C1", "H1"), std::make_pair("C2", "H2"),
                                   std::make_pair("C3", "H3"), std::make_pair("C5", "H5")));
  EXPECT_EQ(report->pairs(), 4u);
  EXPECT_DOUBLE_EQ(report->comparisons, 30);
}

TEST_F(ClearTextLinkageTest, SaysHowWellTheTwoAgreeAndShowsNoValue) {
  ASSERT_TRUE(Link({Site("registry", kRegistry), Site("claims", kClaims)}).ok());
  const std::string text = *ReadFile(folder_ / "pairs.csv");
  EXPECT_THAT(text, testing::StartsWith(
                        "left_site,left_record,right_site,right_record,level,rule,score,agreement\n"
                        "claims,"));
  EXPECT_THAT(text, HasSubstr("first_name=nickname;last_name=exact;date_of_birth=exact"));
  for (const char* value : {"Carter", "CARTER", "Bobby", "1961", "02139"}) {
    EXPECT_THAT(text, testing::Not(HasSubstr(value)));
  }
}

TEST_F(ClearTextLinkageTest, TheEntityMapHasEveryRecordOnceAndOneLinkingKeyForEachPerson) {
  ASSERT_TRUE(Link({Site("registry", kRegistry), Site("claims", kClaims)}).ok());
  std::map<std::string, std::string> key_of;
  std::set<std::string> keys;
  for (const auto& row : Rows("entities.csv")) {
    EXPECT_EQ(row[0].size(), 32u);
    EXPECT_EQ(row[1], row[2][0] == 'H' ? "registry" : "claims");
    EXPECT_TRUE(key_of.emplace(row[2], row[0]).second) << row[2];
    keys.insert(row[0]);
  }
  EXPECT_EQ(key_of.size(), 11u);
  EXPECT_EQ(keys.size(), 7u);
  EXPECT_EQ(key_of["C1"], key_of["H1"]);
  EXPECT_NE(key_of["C4"], key_of["H4"]);
}

TEST_F(ClearTextLinkageTest, OneSiteAloneIsSearchedForDuplicates) {
  const std::string twice =
      absl::StrCat(kRegistry, "H6,Bob,Carter,1961-03-14,12 Bushytail Rd,Cambridge,02139\n");
  const auto report = Link({Site("registry", twice)});
  ASSERT_TRUE(report.ok()) << report.status();
  const Pairs pairs = LinkedIds();
  ASSERT_EQ(pairs.size(), 1u);
  const std::vector<std::string> pair = {pairs[0].first, pairs[0].second};
  EXPECT_THAT(pair, UnorderedElementsAre("H1", "H6"));
  EXPECT_DOUBLE_EQ(report->comparisons, 15);
}

TEST_F(ClearTextLinkageTest, OfThreeSitesEachPairIsCompared) {
  const auto report =
      Link({Site("a", kRegistry), Site("b", kClaims), Site("c", std::string(kRegistry))});
  ASSERT_TRUE(report.ok()) << report.status();
  std::set<std::string> sites;
  for (const auto& row : Rows("pairs.csv")) sites.insert(row[0] + row[2]);
  EXPECT_THAT(sites, ElementsAre("ab", "ac", "bc"));
  EXPECT_DOUBLE_EQ(report->comparisons, 5 * 6 + 5 * 5 + 6 * 5);
}

TEST_F(ClearTextLinkageTest, FindsAllOfManyGeneratedPeople) {
  const auto report = Link({Site("left", GeneratedPeople(0, 1000)),
                            Site("right", GeneratedPeople(500, 3000, /*second=*/true))});
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_NEAR(report->expected_matches, 500, 5);
  EXPECT_GT(report->threshold.expected_ppv, 0.99);
  const Pairs pairs = LinkedIds();
  EXPECT_EQ(pairs.size(), 500u);
  for (const auto& [left, right] : pairs) EXPECT_EQ(left, right);
}

// Different members of the same households in each file: they share surname and address.
std::string Households(int count, const std::string& given, int year, int shift) {
  std::string csv;
  for (int i = 0; i < count; ++i) {
    const std::string letters = {static_cast<char>('a' + i % 26), static_cast<char>('a' + i / 26)};
    absl::StrAppend(&csv, given, i, ",", given, ",Vor", letters, "man,", year + i * shift % 31,
                    "-0", 1 + i * shift % 9, "-1", (i + shift) % 10, ",", 10 + i, " Ostbury",
                    letters, " Lane,Lowell,0", 1000 + i, ",\n");
  }
  return csv;
}

TEST_F(ClearTextLinkageTest, WhereHouseholdsAreSeenFatherAndSonOfOneNameStayApart) {
  const std::string father = "9001,James,Walker,1940-11-02,301 Oak Lane,Lowell,01850,\n";
  const std::string son = "9002,James,Walker,1971-06-17,301 Oak Lane,Lowell,01850,\n";
  const auto report =
      Link({Site("left", GeneratedPeople(0, 2000) + Households(200, "Thomas", 1950, 1) + father),
            Site("right", GeneratedPeople(1000, 2000, /*second=*/true) +
                              Households(200, "Ingrid", 1952, 7) + son)});
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(LinkedIds().size(), 1000u);
  for (const auto& [left, right] : LinkedIds()) EXPECT_EQ(left, right);
}

TEST_F(ClearTextLinkageTest, TheResultDoesNotDependOnTheNumberOfThreads) {
  const std::vector<SiteInput> sites = {Site("left", GeneratedPeople(0, 1500)),
                                        Site("right", GeneratedPeople(700, 1500, /*second=*/true))};
  ASSERT_TRUE(Link(sites, 1).ok());
  const Pairs one = LinkedIds();
  ASSERT_TRUE(Link(sites, 4).ok());
  EXPECT_EQ(LinkedIds(), one);
}

TEST_F(ClearTextLinkageTest, WithoutAnyCandidateThereAreNoPairsAndEveryRecordIsAlone) {
  const auto report = Link({Site("left", "record_id,first_name,last_name\n1,Ann,Roe\n"),
                            Site("right", "record_id,first_name,last_name\n2,Ted,Lee\n")});
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->candidate_pairs, 0u);
  EXPECT_THAT(LinkedIds(), IsEmpty());
  EXPECT_EQ(Rows("entities.csv").size(), 2u);
  EXPECT_FALSE(absl::StrContains(GoldReportToText(*report), "nan"));
  EXPECT_FALSE(absl::StrContains(GoldReportToJson(*report), "nan"));
}

TEST_F(ClearTextLinkageTest, OneRecordEachThatAgreesInAllIsAPair) {
  const std::string one = GeneratedPeople(7, 1);
  const auto report = Link({Site("left", one), Site("right", one)});
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_THAT(LinkedIds(), ElementsAre(std::make_pair("7", "7")));
  EXPECT_THAT(GoldReportToText(*report), HasSubstr("Few matches are expected"));
}

TEST_F(ClearTextLinkageTest, AThresholdThatIsGivenIsKept) {
  options_.scoring.set_min_score(0.999999999);
  const auto strict = Link({Site("registry", kRegistry), Site("claims", kClaims)});
  ASSERT_TRUE(strict.ok());
  EXPECT_DOUBLE_EQ(strict->threshold.min_score, 0.999999999);
  for (const auto& row : Rows("pairs.csv")) EXPECT_GE(std::stod(row[6]), 0.999999999);
}

TEST_F(ClearTextLinkageTest, APlanWithoutEvidenceIsComparedByAllItsFields) {
  plan_ = PlanNamed("mini-sentinel-phase2");
  ASSERT_TRUE(Link({Site("registry", kRegistry), Site("claims", kClaims)}).ok());
  EXPECT_THAT(LinkedIds(), testing::Contains(std::make_pair("C5", "H5")));
}

TEST_F(ClearTextLinkageTest, ValuesAndRowsThatCannotBeUsedAreCountedAndTheRestGoesOn) {
  const std::string spoilt =
      absl::StrCat(kClaims, "C7,Ann,Roe,1999-02-30,1 Main St,Lynn,01901\nC8,too,few\n");
  const auto report = Link({Site("registry", kRegistry), Site("claims", spoilt)});
  ASSERT_TRUE(report.ok()) << report.status();
  const std::string text = GoldReportToText(*report);
  EXPECT_THAT(text, HasSubstr("date_of_birth: impossible-date"));
  EXPECT_THAT(text, HasSubstr("column-count"));
  EXPECT_EQ(LinkedIds().size(), 4u);
}

TEST_F(ClearTextLinkageTest, RecordsOfAFictitiousPersonAreNoPair) {
  const std::string rows = ",Donald,Duck,,,,\n";
  ASSERT_TRUE(Link({Site("registry", absl::StrCat(kRegistry, "H9,Donna,Duke,,,,\n")),
                    Site("claims", absl::StrCat(kClaims, "C9,Donna,Duke,,,,\n"))})
                  .ok());
  EXPECT_THAT(LinkedIds(), testing::Contains(std::make_pair("C9", "H9")));
  const auto report = Link({Site("registry", absl::StrCat(kRegistry, "H9", rows)),
                            Site("claims", absl::StrCat(kClaims, "C9", rows))});
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_THAT(LinkedIds(), testing::Not(testing::Contains(std::make_pair("C9", "H9"))));
  EXPECT_THAT(GoldReportToText(*report), HasSubstr("1  first_name: fictitious-person"));
}

TEST_F(ClearTextLinkageTest, ACorrectedAddressIsUsedAsInTokens) {
  const std::string streets = (folder_ / "streets.csv").string();
  ASSERT_TRUE(WriteFileAtomically(streets, "STREET,POSTCODE\nBushytail Rd,02139\n").ok());
  std::vector<std::string> notes;
  const auto reference = AddressReference::Read(streets, &notes);
  ASSERT_TRUE(reference.ok()) << reference.status();
  const std::string misspelt =
      "record_id,first_name,last_name,date_of_birth,street_address,city,zip\n"
      "C1,Robert,Carter,1961-03-14,12 Bushitail Road,Cambridge,02139\n";
  SiteInput claims = Site("claims", misspelt);
  ASSERT_TRUE(Link({Site("registry", kRegistry), claims}).ok());
  EXPECT_THAT(*ReadFile(folder_ / "pairs.csv"), testing::Not(HasSubstr("street_address=exact")));
  claims.addresses = &*reference;
  ASSERT_TRUE(Link({Site("registry", kRegistry), claims}).ok());
  EXPECT_THAT(*ReadFile(folder_ / "pairs.csv"), HasSubstr("street_address=exact"));
}

TEST_F(ClearTextLinkageTest, BadInputIsNamedAndLeavesNoResult) {
  const SiteInput good = Site("registry", kRegistry);
  const auto missing = Link({good, SiteAt("claims", "/no/such/file.csv")});
  EXPECT_EQ(missing.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(missing.status().message()), HasSubstr("site claims"));
  const auto no_columns = Link({good, Site("claims", "colour,weight\nred,12\n")});
  EXPECT_EQ(no_columns.status().code(), absl::StatusCode::kInvalidArgument);
  const auto twice = Link({good, good});
  EXPECT_EQ(twice.status().code(), absl::StatusCode::kInvalidArgument);
  const auto none = Link({});
  EXPECT_EQ(none.status().code(), absl::StatusCode::kInvalidArgument);
  const auto pipe = Link({SiteAt("claims", "-")});
  EXPECT_EQ(pipe.status().code(), absl::StatusCode::kInvalidArgument);
  for (const char* name : {"pairs.csv", "pairs.csv.partial", "entities.csv"}) {
    EXPECT_FALSE(std::filesystem::exists(folder_ / name)) << name;
  }
}

TEST_F(ClearTextLinkageTest, AnInterruptionLeavesNoResult) {
  const std::atomic<bool> cancel = true;
  options_.cancel = &cancel;
  const auto report = Link({Site("registry", kRegistry), Site("claims", kClaims)});
  EXPECT_EQ(report.status().code(), absl::StatusCode::kCancelled);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "pairs.csv"));
}

}  // namespace
}  // namespace blindlink::agent
