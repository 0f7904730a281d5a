// Files that no study would send on purpose: one record, one value, one person many times, columns
// that do not meet. The real programs end, within bounds, and say in words what the result is
// worth.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "agent/tokenfile/token_file_writer.h"
#include "common/base/files.h"
#include "common/cli/exit_code.h"
#include "tests/integration/raw_client.h"
#include "tests/support/generated_people.h"
#include "tests/support/sanitizers.h"
#include "tests/support/test_network.h"

namespace blindlink {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using Lines = std::vector<std::string>;

constexpr char kHeader[] =
    "record_id,first_name,last_name,date_of_birth,street_address,city,zip,ssn\n";
constexpr char kAnna[] = "Anna,Miller,1970-03-04,12 Oak Street,Springfield,02139,219-45-6781";

// The same person under the ids prefix1, prefix2, ...
std::string Annas(const std::string& prefix, int count) {
  std::string rows;
  for (int i = 1; i <= count; ++i) absl::StrAppend(&rows, prefix, i, ",", kAnna, "\n");
  return rows;
}

// Of GeneratedPeople, without the header.
std::string People(int first, int count, bool second = false) {
  return absl::StrCat(std::vector<std::string>(
      absl::StrSplit(GeneratedPeople(first, count, second), absl::MaxSplits('\n', 1)))[1]);
}

// With all values of a column replaced.
std::string WithOneValue(const std::string& rows, size_t column, const std::string& value) {
  std::string changed;
  for (const absl::string_view row : absl::StrSplit(rows, '\n', absl::SkipEmpty())) {
    Lines values = absl::StrSplit(row, ',');
    values[column] = value;
    absl::StrAppend(&changed, absl::StrJoin(values, ","), "\n");
  }
  return changed;
}

class OddPopulations : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    TestNetwork::Options options;
    options.sites = {"north", "south", "west"};
    network_ = new TestNetwork(options);
  }
  static void TearDownTestSuite() {
    EXPECT_EQ(network_->StopResolver(), kExitOk);
    delete network_;
    network_ = nullptr;
  }

  // Each test has a project of its own.
  OddPopulations() : project_(absl::StrCat("odd-", ++projects_)) {
    network_->CreateProject(project_, ShippedPlan("us-default"));
  }

  std::filesystem::path Input(const std::string& site, const std::string& rows,
                              const std::string& header = kHeader) {
    return network_->Write(absl::StrCat(project_, "-", site, ".csv"), header + rows);
  }
  void Upload(const std::string& site, const std::string& rows,
              const std::string& header = kHeader) {
    network_->Upload(project_, site, Input(site, rows, header));
  }
  // Sends the rows with other counts of agreement by chance.
  Finished SendForged(const std::string& site, const std::string& rows,
                      void (*forge)(v1::UploadCounts* counts)) {
    const std::filesystem::path file = *network_ / (project_ + ".bltok");
    std::vector<std::string> tokenize = network_->TokenizeArguments(
        project_, site, Input(site, rows), ShippedPlan("us-default"), file);
    tokenize.insert(tokenize.begin(), ProgramPath("blindlink-agent"));
    EXPECT_EQ(blindlink::Run(tokenize).code, kExitOk);
    v1::UploadCounts counts = FooterOf(file).counts();
    forge(&counts);
    const std::filesystem::path forged = *network_ / (project_ + "-forged.bltok");
    const auto writer = agent::TokenFileWriter::Create(forged, HeaderOf(file));
    EXPECT_TRUE(writer.ok());
    for (const v1::TokenBlock& block : BlocksOf(file)) EXPECT_TRUE((*writer)->Write(block).ok());
    EXPECT_TRUE((*writer)->Finish(counts).ok());
    return network_->Agent(absl::StrCat("site/", site), {"upload", "--tokens", forged});
  }

  // Links, and expects the terminal, the summary and the researcher's manifest to say each of
  // `words`.
  void Link(const Lines& words) {
    const std::filesystem::path summary = *network_ / (project_ + "-run.json");
    const Finished linked = network_->Coordinator(
        {"linkage", "start", "--project", project_, "--partial", "--wait", "--json", summary});
    ASSERT_EQ(linked.code, kExitOk) << linked.err;
    const std::filesystem::path pairs = *network_ / (project_ + "-pairs.csv");
    const Finished fetched = network_->Researcher({"pairs", "--project", project_, "--out", pairs});
    ASSERT_EQ(fetched.code, kExitOk) << fetched.err;
    for (const std::string& said : {linked.out, ReadFile(summary).value(),
                                    ReadFile(pairs.string() + ".manifest.json").value()}) {
      for (const std::string& word : words) EXPECT_THAT(said, HasSubstr(word));
    }
  }
  Lines Pairs() { return network_->Pairs(project_); }
  // Of the pairs between two sites, those of one person: GeneratedPeople's ids are the same.
  size_t RightPairs(const std::string& left, const std::string& right) {
    size_t count = 0;
    for (const std::string& pair : Pairs()) {
      const Lines parts = absl::StrSplit(pair, ' ');
      const Lines from = absl::StrSplit(parts[0], '/');
      const Lines to = absl::StrSplit(parts[1], '/');
      if (from[0] == left && to[0] == right && from[1] == to[1]) ++count;
    }
    return count;
  }

  static TestNetwork* network_;
  static int projects_;
  const std::string project_;
};

TestNetwork* OddPopulations::network_ = nullptr;
int OddPopulations::projects_ = 0;

constexpr char kFew[] = "few matches are expected";
constexpr char kNoCandidates[] = "no two records that could be compared share a token";

TEST_F(OddPopulations, OneRecordAtASite) {
  Upload("north", Annas("a", 1));
  Upload("south", People(1, 300) + Annas("b", 1));
  Link({kFew});
  EXPECT_EQ(Pairs(), Lines{"north/a1 south/b1 high"});
}

TEST_F(OddPopulations, OneRecordOfAnotherPersonAtASite) {
  Upload("north", Annas("a", 1));
  Upload("south", People(1, 300));
  Link({kFew, kNoCandidates});
  EXPECT_THAT(Pairs(), IsEmpty());
}

TEST_F(OddPopulations, OneRecordAtEachOfTwoSites) {
  Upload("north", Annas("a", 1));
  Upload("south", Annas("b", 1));
  Link({kFew});
  EXPECT_EQ(Pairs(), Lines{"north/a1 south/b1 high"});
}

TEST_F(OddPopulations, ManyRecordsThatAreAllTheSameInBothFiles) {
  Upload("north", Annas("a", 600));
  Upload("south", Annas("b", 600));
  Link({"1200 records (100 %) share with others only tokens that more than 500 records have",
        "100 % of the pairs of records in north/d1 look like one person",
        "100 % of the pairs of records in south/d1 look like one person"});
  EXPECT_THAT(Pairs(), IsEmpty());
}

TEST_F(OddPopulations, AFewRecordsThatAreAllTheSameInBothFiles) {
  Upload("north", Annas("a", 20));
  Upload("south", Annas("b", 20));
  Link({"100 % of the pairs of records in north/d1 look like one person"});
  EXPECT_GE(Pairs().size(), 20u);
}

TEST_F(OddPopulations, AColumnOfOneValue) {
  constexpr int kPeople = kSanitized ? 300 : 1000;
  Upload("north", WithOneValue(People(1, kPeople), 2, "Kim"));
  Upload("south", WithOneValue(People(1, kPeople, true), 2, "Kim"));
  Link({});
  EXPECT_GT(RightPairs("north", "south"), kPeople * 95u / 100);
  EXPECT_LT(Pairs().size(), kPeople * 105u / 100);
}

// In small what `docs/performance.md` shows with ten million.
TEST_F(OddPopulations, VeryManyCopiesOfOneRecordAtASite) {
  constexpr int kCopies = kSanitized ? 2000 : 20'000;
  Upload("north", Annas("a", 1) + People(1, 300));
  Upload("south", Annas("b", kCopies) + People(1, 300, true));
  Link({absl::StrCat(kCopies + 1, " records ("),
        ") share with others only tokens that more than 500 records have",
        "of the pairs of records in south/d1 look like one person"});
  EXPECT_GT(RightPairs("north", "south"), 285u);
}

TEST_F(OddPopulations, CopiesOfARecordThatNobodyElseHas) {
  Upload("north", People(1, 300));
  Upload("south", Annas("b", 5000));
  Link({kNoCandidates, "100 % of the pairs of records in south/d1 look like one person"});
  EXPECT_THAT(Pairs(), IsEmpty());
}

TEST_F(OddPopulations, SitesWithoutAColumnInCommon) {
  Upload("north", "1,Anna,Miller\n2,Bert,Brown\n", "record_id,first_name,last_name\n");
  Upload("south", "1,219-45-6781,1970-03-04\n2,219-45-6782,1961-07-12\n",
         "record_id,ssn,date_of_birth\n");
  Link({"the sites have no match key in common", "blindlink-agent profile"});
  EXPECT_THAT(Pairs(), IsEmpty());
}

TEST_F(OddPopulations, AProjectOfSitesWithoutAColumnInCommonIsRefused) {
  const Finished created = network_->Coordinator(
      {"project", "create", "--name", "none", "--plan", ShippedPlan("us-default"), "--site",
       "north", "--columns", "first_name=1,last_name=1", "--site", "south", "--columns", "ssn=1"});
  EXPECT_EQ(created.code, kExitBadInput) << created.out;
  EXPECT_THAT(created.err, HasSubstr("the sites have no column in common"));
}

TEST_F(OddPopulations, OneSiteEmpty) {
  const Finished agent =
      network_->Agent("site/south", network_->RunArguments(project_, "south", Input("south", "")));
  EXPECT_EQ(agent.code, kExitBadInput);
  EXPECT_THAT(agent.err, HasSubstr("no data row"));
  const Finished nothing =
      network_->Coordinator({"linkage", "start", "--project", project_, "--wait"});
  EXPECT_EQ(nothing.code, kExitRefused);
  EXPECT_THAT(nothing.err, HasSubstr("nothing is committed yet"));
  Upload("north", People(1, 300));
  Link({"only one site has records in this run"});
  EXPECT_THAT(Pairs(), IsEmpty());
}

// --- Counts of agreement by chance that are not true ---------------------------------------------

void SayThatAllAgree(v1::UploadCounts* counts) {
  for (v1::ChanceAgreement& field : *counts->mutable_chance()) {
    for (auto* levels : {field.mutable_levels(), field.mutable_levels_of_same_year(),
                         field.mutable_levels_through_one_token(),
                         field.mutable_levels_of_same_year_through_one_token()}) {
      uint64_t pairs = 0;
      for (uint64_t& level : *levels) {
        pairs += level;
        level = 0;
      }
      if (!levels->empty()) levels->Set(levels->size() - 1, pairs);
    }
  }
}

TEST_F(OddPopulations, OneSitesForgedChanceCountsDoNotTakeTheOthersPairsAndAreNamed) {
  Upload("north", People(1, 600));
  Upload("south", People(1, 600, true));
  Link({});
  const size_t before = Pairs().size();
  EXPECT_GT(before, 570u);
  const Finished sent = SendForged("west", People(10'000, 300), SayThatAllAgree);
  ASSERT_EQ(sent.code, kExitOk) << sent.err;
  Link({"strangers agree in last_name in 100 % of the pairs that west counted"});
  EXPECT_NEAR(static_cast<double>(Pairs().size()), static_cast<double>(before), 0.01 * 600);
}

void Overflow(v1::UploadCounts* counts) {
  for (v1::ChanceAgreement& field : *counts->mutable_chance()) {
    for (uint64_t& level : *field.mutable_levels()) level = ~uint64_t{0} / 3;
  }
}

TEST_F(OddPopulations, OneRecordsForgedChanceCountsAreRefused) {
  const Finished sent = SendForged("west", Annas("w", 1), Overflow);
  EXPECT_EQ(sent.code, kExitBadInput);
  EXPECT_THAT(sent.err, HasSubstr("more than 0 pairs of records"));
}

}  // namespace
}  // namespace blindlink
