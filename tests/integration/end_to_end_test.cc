// Two sites link their files through a resolver, and a researcher fetches the result: the real
// programs, over mutual TLS, on RocksDB.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "common/base/hex.h"
#include "common/cli/exit_code.h"
#include "common/crypto/sha256.h"
#include "tests/support/test_network.h"

namespace blindlink {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using Lines = std::vector<std::string>;

constexpr char kNorth[] =
    "record_id,first_name,last_name,street_address,zip,date_of_birth\n"
    "1,Anna,Miller,12 Oak Street,02139,1970-03-04\n"
    "2,Bobby,Brown,5 Elm Street,02139,1961-07-12\n"
    "3,Carla,Jones,77 Bushytail Road,60614,1985-11-23\n"
    "4,Dora,Smith,9 Main Street Unit 2,60614,1990-02-25\n"
    "5,Emil,Fischer,31 Lake Avenue,10001,1955-05-06\n"
    "6,Frank,Only,1 North Street,10001,1950-01-02\n";
constexpr char kSouth[] =
    "record_id,first_name,last_name,street_address,zip,date_of_birth\n"
    "A,ANNA,MILLER,12 Oak St.,02139,1970-03-04\n"
    "B,Robert,Brown,5 Elm St,02139,1961-07-12\n"
    "C,Carla,Jones,77 Bushy tail RD,60614,1985-11-23\n"
    "D,Dora,Smith,9 Main St,60614,1990-02-25\n"
    "E,Emil,Fischer,31 Lake Ave,10001,1955-06-05\n"
    "F,Frank,Only,1 North Street,10001,1951-01-02\n";

const Lines& ExpectedPairs() {
  static const Lines pairs = {
      "north/1 south/A exact-name-exact-address", "north/2 south/B close-name-exact-address",
      "north/3 south/C exact-name-exact-address", "north/4 south/D exact-name-close-address",
      "north/5 south/E exact-name-exact-address-swapped-dob"};
  return pairs;
}

class EndToEnd : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    network_ = new TestNetwork;
    network_->CreateProject("flu", ShippedPlan("mini-sentinel-phase2"));
    north_ = network_->Write("north.csv", kNorth);
    south_ = network_->Write("south.csv", kSouth);
    network_->Upload("flu", "north", north_);
    network_->Upload("flu", "south", south_);
    network_->Link("flu");
  }
  static void TearDownTestSuite() {
    EXPECT_EQ(network_->StopResolver(), 0);
    delete network_;
    network_ = nullptr;
  }

  std::string Fetched(const std::string& what, const std::string& file) {
    const std::filesystem::path out = *network_ / file;
    const Finished fetched = network_->Researcher({what, "--project", "flu", "--out", out});
    EXPECT_EQ(fetched.code, 0) << fetched.err;
    return ReadFile(out).value_or("");
  }

  static TestNetwork* network_;
  static std::filesystem::path north_;
  static std::filesystem::path south_;
};

TestNetwork* EndToEnd::network_ = nullptr;
std::filesystem::path EndToEnd::north_;
std::filesystem::path EndToEnd::south_;

TEST_F(EndToEnd, TheResearcherSeesThePairsWithTheRuleThatFoundEach) {
  EXPECT_EQ(network_->Pairs("flu"), ExpectedPairs());
}

TEST_F(EndToEnd, TheEntityMapJoinsThePairsAndHasEveryRecord) {
  EXPECT_EQ(network_->Entities("flu"),
            (Lines{"north/1=south/A", "north/2=south/B", "north/3=south/C", "north/4=south/D",
                   "north/5=south/E"}));
  const std::string rows = Fetched("entities", "entities.csv");
  EXPECT_EQ(std::count(rows.begin(), rows.end(), '\n'), 1 + 12);
}

TEST_F(EndToEnd, SmallOverlapsAreNotShown) {
  const std::string overlap = Fetched("overlap", "overlap.csv");
  EXPECT_EQ(overlap,
            "left_site,right_site,entities,suppressed\n"
            "north,north,1-10,true\nnorth,south,1-10,true\nsouth,south,1-10,true\n");
}

TEST_F(EndToEnd, TheOrderOfUploadsMakesNoDifference) {
  network_->CreateProject("reversed", ShippedPlan("mini-sentinel-phase2"));
  network_->Upload("reversed", "south", south_);
  network_->Upload("reversed", "north", north_);
  network_->Link("reversed");
  EXPECT_EQ(network_->Pairs("reversed"), ExpectedPairs());
}

TEST_F(EndToEnd, ATokenFileMadeWithoutNetworkIsAsGood) {
  network_->CreateProject("apart", ShippedPlan("mini-sentinel-phase2"));
  for (const auto& [site, input] : {std::pair("north", north_), std::pair("south", south_)}) {
    const std::filesystem::path file = *network_ / absl::StrCat(site, ".bltok");
    std::vector<std::string> tokenize = network_->TokenizeArguments(
        "apart", site, input, ShippedPlan("mini-sentinel-phase2"), file);
    tokenize.insert(tokenize.begin(), ProgramPath("blindlink-agent"));
    const Finished tokenized = blindlink::Run(tokenize);
    ASSERT_EQ(tokenized.code, 0) << tokenized.err;
    const Finished sent =
        network_->Agent(absl::StrCat("site/", site), {"upload", "--tokens", file});
    ASSERT_EQ(sent.code, 0) << sent.err;
  }
  network_->Link("apart");
  EXPECT_EQ(network_->Pairs("apart"), ExpectedPairs());
}

TEST_F(EndToEnd, RecordIdsInOneProjectSayNothingInAnother) {
  network_->CreateProject("second", ShippedPlan("mini-sentinel-phase2"));
  network_->Upload("second", "north", north_);
  network_->Link("second", {"--partial"});
  const std::string first = Fetched("entities", "entities-flu.csv");
  const Finished fetched = network_->Researcher(
      {"entities", "--project", "second", "--out", *network_ / "entities-second.csv"});
  ASSERT_EQ(fetched.code, 0) << fetched.err;
  const std::string second = ReadFile(*network_ / "entities-second.csv").value();
  size_t records = 0;
  for (size_t at = second.find("north,"); at != std::string::npos;
       at = second.find("north,", at + 1)) {
    EXPECT_THAT(first, Not(HasSubstr(second.substr(at + 6, 32))));
    ++records;
  }
  EXPECT_EQ(records, 6u);
}

TEST_F(EndToEnd, ACompressedFileAndStandardOutputHoldTheSameRows) {
  const std::string plain = Fetched("pairs", "same.csv");
  Fetched("pairs", "same.csv.zst");
  const Finished unpacked = blindlink::Run({"zstd", "-dc", *network_ / "same.csv.zst"});
  ASSERT_EQ(unpacked.code, 0) << unpacked.err;
  EXPECT_EQ(unpacked.out, plain);
  const Finished piped = network_->Researcher({"pairs", "--project", "flu", "--out", "-"});
  EXPECT_EQ(piped.code, 0) << piped.err;
  EXPECT_EQ(piped.out, plain);
}

TEST_F(EndToEnd, TheManifestSaysWhatTheFileHolds) {
  const std::string rows = Fetched("pairs", "checked.csv");
  const std::string manifest = ReadFile(*network_ / "checked.csv.manifest.json").value();
  EXPECT_THAT(manifest, HasSubstr(HexEncode(AsView(Sha256Of(rows)))));
  EXPECT_THAT(manifest, HasSubstr(HexEncode(AsView(
                            Sha256Of(ReadFile(ShippedPlan("mini-sentinel-phase2")).value())))));
  EXPECT_THAT(manifest, HasSubstr("\"run-000001\""));
}

TEST_F(EndToEnd, ALaterUploadIsInTheNextRunAndTheFirstResultStays) {
  network_->CreateProject("growing", ShippedPlan("mini-sentinel-phase2"));
  network_->Upload("growing", "north", north_);
  const Finished too_early = network_->Coordinator({"linkage", "start", "--project", "growing"});
  EXPECT_EQ(too_early.code, kExitRefused);
  EXPECT_THAT(too_early.err, HasSubstr("nothing is committed yet by south"));
  network_->Link("growing", {"--partial"});
  EXPECT_EQ(network_->Pairs("growing"), Lines{});
  network_->Upload("growing", "south", south_);
  network_->Link("growing");
  EXPECT_EQ(network_->Pairs("growing"), ExpectedPairs());
  const std::filesystem::path first = *network_ / "growing-first.csv";
  ASSERT_EQ(
      network_->Researcher({"pairs", "--project", "growing", "--run", "run-000001", "--out", first})
          .code,
      0);
  EXPECT_EQ(ReadFile(first).value(),
            "left_site,left_record,right_site,right_record,level,rule,match_keys,score\n");
}

TEST_F(EndToEnd, ARunOnlyWithANewDatasetFindsItsPairsAndNoOthers) {
  network_->CreateProject("increment", ShippedPlan("mini-sentinel-phase2"));
  const std::string people = kNorth;
  const size_t three = people.find("\n4,") + 1;
  const std::string header = people.substr(0, people.find('\n') + 1);
  network_->Upload("increment", "north", network_->Write("a.csv", people.substr(0, three)), "old");
  network_->Upload("increment", "south", south_);
  network_->Upload("increment", "north", network_->Write("b.csv", header + people.substr(three)),
                   "new");
  const Finished linked = network_->Coordinator(
      {"linkage", "start", "--project", "increment", "--only-with", "north/new", "--wait"});
  ASSERT_EQ(linked.code, 0) << linked.err;
  EXPECT_THAT(linked.out, HasSubstr("only pairs with     north/new"));
  Lines expected = ExpectedPairs();
  std::erase_if(expected, [](const std::string& pair) {
    return pair.substr(0, 8) != "north/4 " && pair.substr(0, 8) != "north/5 ";
  });
  EXPECT_EQ(expected.size(), 2u);
  EXPECT_EQ(network_->Pairs("increment"), expected);
  network_->Link("increment");
  EXPECT_EQ(network_->Pairs("increment"), ExpectedPairs());

  const Finished unknown = network_->Coordinator(
      {"linkage", "start", "--project", "increment", "--only-with", "north/none"});
  EXPECT_THAT(unknown.err, HasSubstr("has committed no dataset none"));
  const Finished wrong =
      network_->Coordinator({"linkage", "start", "--project", "increment", "--only-with", "north"});
  EXPECT_THAT(wrong.err, HasSubstr("expected SITE/DATASET"));
}

TEST_F(EndToEnd, ASiteWithAnotherKeyStopsNobody) {
  network_->CreateProject("keys", ShippedPlan("mini-sentinel-phase2"));
  std::vector<std::string> first = network_->RunArguments("keys", "south", south_);
  const std::filesystem::path other = *network_ / "other.key";
  ASSERT_EQ(blindlink::Run({ProgramPath("blindlink-agent"), "keygen", "--out", other}).code, 0);
  *std::find(first.begin(), first.end(), network_->token_key().string()) = other;
  ASSERT_EQ(network_->Agent("site/south", first).code, 0);
  network_->Upload("keys", "north", north_);
  const Finished refused = network_->Coordinator({"linkage", "start", "--project", "keys"});
  EXPECT_EQ(refused.code, kExitRefused);
  EXPECT_THAT(refused.err, HasSubstr(network_->KeyId("keys") + ": north/d1"));

  const Finished withdrawn = network_->Coordinator(
      {"upload", "discard", "--project", "keys", "--site", "south", "--dataset", "d1"});
  EXPECT_EQ(withdrawn.code, 0) << withdrawn.err;
  network_->Upload("keys", "south", south_, "d2");
  network_->Link("keys");
  EXPECT_EQ(network_->Pairs("keys"), ExpectedPairs());
  first[std::find(first.begin(), first.end(), "d1") - first.begin()] = "d3";
  const Finished again = network_->Agent("site/south", first);
  EXPECT_EQ(again.code, kExitRefused);
  EXPECT_THAT(again.err, HasSubstr("bound by run-000001"));
}

TEST_F(EndToEnd, APlanThatWasNotVettedIsNotUsed) {
  network_->CreateProject("vetted", ShippedPlan("mini-sentinel-phase2"));
  std::vector<std::string> run = network_->RunArguments("vetted", "north", north_);
  const std::string digest =
      HexEncode(AsView(Sha256Of(ReadFile(ShippedPlan("mini-sentinel-phase2")).value())));
  std::vector<std::string> other = run;
  other.insert(other.end(), {"--plan", ShippedPlan("us-default")});
  const Finished differs = network_->Agent("site/north", other);
  EXPECT_EQ(differs.code, kExitRefused);
  EXPECT_THAT(differs.err,
              AllOf(HasSubstr("match key last-dob is only in this plan"),
                    HasSubstr("more differences"), Not(HasSubstr("leave --plan out"))));
  other = run;
  other.insert(other.end(), {"--plan-digest", std::string(64, '0')});
  const Finished another = network_->Agent("site/north", other);
  EXPECT_EQ(another.code, kExitRefused);
  EXPECT_THAT(another.err, HasSubstr(digest));
  run.insert(run.end(), {"--plan-digest", digest});
  EXPECT_EQ(network_->Agent("site/north", run).code, 0);
  const Finished unvetted =
      network_->Agent("site/north", network_->RunArguments("vetted", "north", north_, "d2"));
  EXPECT_EQ(unvetted.code, 0);
  EXPECT_THAT(unvetted.err, AllOf(HasSubstr("the plan is the resolver's"), HasSubstr(digest),
                                  HasSubstr("name-address-dob")));
}

TEST_F(EndToEnd, ADamagedProjectIsNamedAndTheOthersServe) {
  network_->CreateProject("broken", ShippedPlan("mini-sentinel-phase2"));
  network_->StopResolver();
  const std::filesystem::path file = network_->data() / "keys" / "broken.key";
  const std::string key = ReadFile(file).value();
  network_->Write("data/keys/broken.key", "damaged");
  network_->StartResolver();
  const Finished list = network_->Coordinator({"project", "list"});
  EXPECT_THAT(list.out, AllOf(HasSubstr("DAMAGED"), HasSubstr("restore the project's index key")));
  const Finished show = network_->Coordinator({"project", "show", "--project", "broken"});
  EXPECT_EQ(show.code, kExitDisk);
  const Finished site =
      network_->Agent("site/north", network_->RunArguments("broken", "north", north_));
  EXPECT_EQ(site.code, kExitDisk);
  EXPECT_THAT(site.err, HasSubstr("damaged at the center"));
  EXPECT_EQ(network_->Pairs("flu"), ExpectedPairs());
  network_->StopResolver();
  network_->Write("data/keys/broken.key", key);
  network_->StartResolver();
  EXPECT_EQ(network_->Coordinator({"project", "show", "broken"}).code, 0);
}

TEST_F(EndToEnd, WhatTheResolverKeepsCanBeReadByItsUserAlone) {
  const Finished linked =
      network_->Coordinator({"linkage", "status", "--project", "flu", "--run", "run-000001",
                             "--json", *network_ / "data" / "run.json"});
  ASSERT_EQ(linked.code, 0) << linked.err;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(network_->data())) {
    const auto others = entry.status().permissions() &
                        (std::filesystem::perms::group_all | std::filesystem::perms::others_all);
    EXPECT_EQ(others, std::filesystem::perms::none) << entry.path();
  }
}

TEST_F(EndToEnd, AMissingFileAndAWrongNameHaveOneExitCodeInAllPrograms) {
  const std::filesystem::path none = *network_ / "none";
  const auto missing = [&](std::vector<std::string> argv) {
    const Finished ended = blindlink::Run(std::move(argv));
    EXPECT_EQ(ended.code, kExitRefused) << ended.err;
    EXPECT_THAT(ended.err, HasSubstr("No such file"));
  };
  missing({ProgramPath("blindlink-agent"), "profile", "--input", none, "--plan", none});
  missing({ProgramPath("blindlink-resolver"), "serve", "--config", none});
  missing(
      network_->Command("blindlink-resolver", "coordinator/center",
                        {"project", "create", "--name", "p", "--plan", none, "--site", "north"}));
  missing({ProgramPath("blindlink-researcher"), "evaluate", "--pairs", none, "--truth", none});
  const auto wrong = [](const Finished& ended) {
    EXPECT_EQ(ended.code, kExitUsage) << ended.err;
    EXPECT_THAT(ended.err, HasSubstr("1 to 63 characters"));
  };
  wrong(network_->Agent("site/north", network_->RunArguments("A B", "north", north_)));
  wrong(network_->Coordinator({"project", "show", "--project", "A B"}));
  wrong(network_->Coordinator({"linkage", "start", "--project", "A B"}));
  wrong(network_->Coordinator(
      {"upload", "discard", "--project", "flu", "--site", "north", "--dataset", "A B"}));
  wrong(network_->Researcher({"pairs", "--project", "A B", "--out", "-"}));
}

TEST_F(EndToEnd, OtherRulesNeedNoOtherUpload) {
  std::string plan = ReadFile(ShippedPlan("mini-sentinel-phase2")).value();
  const size_t rules = plan.find("match_rules");
  ASSERT_NE(rules, std::string::npos);
  plan = plan.substr(0, rules) +
         "match_rules { name: \"only-this\" level: FULL score: 1 all_of { match_key: "
         "\"name-address-dob\" } }\n";
  network_->CreateProject("stricter", ShippedPlan("mini-sentinel-phase2"));
  network_->Upload("stricter", "north", north_);
  network_->Upload("stricter", "south", south_);
  const Finished linked =
      network_->Coordinator({"linkage", "start", "--project", "stricter", "--wait", "--plan",
                             network_->Write("stricter.textproto", plan)});
  ASSERT_EQ(linked.code, 0) << linked.err;
  EXPECT_EQ(network_->Pairs("stricter"),
            (Lines{"north/1 south/A only-this", "north/3 south/C only-this"}));
}

}  // namespace
}  // namespace blindlink
