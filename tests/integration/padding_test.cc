// Padding and fake records change nothing that anybody receives: the real programs, over mutual
// TLS, link the same people without them and with them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/files.h"
#include "tests/support/sanitizers.h"
#include "tests/support/test_network.h"

namespace blindlink {
namespace {

using testing::Each;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using Lines = std::vector<std::string>;

constexpr int kRegistry = kSanitized ? 600 : 1200;
constexpr int kClaims = kSanitized ? 1500 : 3000;
constexpr char kAdded[] = R"(
  padding { tokens: 2 match_keys { match_key: "name-dob" tokens: 4 } }
  fakes_per_1000_records: 150
)";

// What the parties receive.
struct Received {
  std::string pairs;
  Lines entity_rows;  // "entity,site,record"
  Lines entities;
  Lines overlap;
  std::string run;       // what the coordinator reads of it
  std::string manifest;  // of the entity map
  std::string uploads;
  std::string site;  // what the agent says
};

class PaddingAndFakes : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    network_ = new TestNetwork;
    const Finished made =
        blindlink::Run({ProgramPath("blindlink-population"), "--registry", absl::StrCat(kRegistry),
                        "--claims", absl::StrCat(kClaims), "--registry-out",
                        *network_ / "north.csv", "--claims-out", *network_ / "south.csv"});
    ASSERT_EQ(made.code, 0) << made.err;
    plain_ = new Received(Link("plain", ""));
    hidden_ = new Received(Link("hidden", kAdded));
  }
  static void TearDownTestSuite() {
    delete hidden_;
    delete plain_;
    delete network_;
  }

  // The same project of the same sites at a new resolver.
  static Received Link(const std::string& name, const std::string& more_of_plan) {
    if (name != "plain") {
      network_->StopResolver();
      network_->Configure(*network_ / absl::StrCat("data-", name), "");
      network_->StartResolver();
    }
    const std::string plan = ReadFile(ShippedPlan("us-guarded")).value() + more_of_plan;
    network_->CreateProject("flu", network_->Write(name + ".textproto", plan),
                            {"--site-census", absl::StrCat("north=", kRegistry)});
    Received received;
    for (const std::string site : {"north", "south"}) {
      const Finished sent = network_->Agent(
          "site/" + site, network_->RunArguments("flu", site, *network_ / (site + ".csv")));
      EXPECT_EQ(sent.code, 0) << sent.err;
      received.site += sent.out;
    }
    network_->Link("flu");
    const std::filesystem::path pairs = *network_ / (name + "-pairs.csv");
    EXPECT_EQ(network_->Researcher({"pairs", "--project", "flu", "--out", pairs}).code, 0);
    received.pairs = ReadFile(pairs).value_or("");
    received.entity_rows = network_->FetchedLines("entities", "flu");
    received.entities = network_->Entities("flu");
    received.manifest =
        ReadFile(network_->folder() / "fetched-entities.csv.manifest.json").value_or("");
    received.overlap = network_->FetchedLines("overlap", "flu");
    received.run =
        network_->Coordinator({"linkage", "status", "--project", "flu", "--run", "run-000001"}).out;
    received.uploads = network_->Coordinator({"upload", "list", "--project", "flu"}).out;
    return received;
  }

  static TestNetwork* network_;
  static Received* plain_;
  static Received* hidden_;
};
TestNetwork* PaddingAndFakes::network_ = nullptr;
Received* PaddingAndFakes::plain_ = nullptr;
Received* PaddingAndFakes::hidden_ = nullptr;

// The line that begins so.
std::string LineOf(const std::string& text, const std::string& begin) {
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    if (absl::StartsWith(line, begin)) return std::string(line);
  }
  return "no line begins with " + begin;
}

TEST_F(PaddingAndFakes, ThePairsAreTheSameByteForByteWithTheirScores) {
  ASSERT_GT(std::count(plain_->pairs.begin(), plain_->pairs.end(), '\n'), kRegistry / 2);
  EXPECT_EQ(hidden_->pairs, plain_->pairs);
}

TEST_F(PaddingAndFakes, TheEntityMapHasTheSameEntitiesAndNoFake) {
  ASSERT_THAT(plain_->entities, Not(IsEmpty()));
  EXPECT_EQ(hidden_->entities, plain_->entities);
  EXPECT_THAT(hidden_->entities, Each(Not(HasSubstr("unknown"))));
  size_t records = 0;
  for (const std::string& entity : plain_->entities) {
    records += Lines(absl::StrSplit(entity, '=')).size();
  }
  EXPECT_EQ(hidden_->entity_rows.size(), records + 1) << "a record that is alone, or the header";
  EXPECT_THAT(hidden_->manifest, HasSubstr("the sites added fake records"));
}

TEST_F(PaddingAndFakes, CountsOfAResultAreWithoutFakes) {
  EXPECT_EQ(hidden_->overlap, plain_->overlap);
  for (const char* line : {"records", "entities"}) {
    EXPECT_EQ(LineOf(hidden_->run, line), LineOf(plain_->run, line));
    EXPECT_THAT(LineOf(plain_->run, line), Not(HasSubstr("no line")));
  }
  EXPECT_THAT(hidden_->run, Not(HasSubstr("look like one person")));
}

TEST_F(PaddingAndFakes, TheSiteSaysHowManyItAddedAndTheResolverCountsThemAll) {
  EXPECT_THAT(hidden_->site, HasSubstr("of these fake"));
  EXPECT_THAT(hidden_->site, HasSubstr("padding"));
  EXPECT_THAT(plain_->site, Not(HasSubstr("of these fake")));
  const int sent = kRegistry + kRegistry * 150 / 1000;
  EXPECT_THAT(hidden_->uploads, HasSubstr(absl::StrCat(sent)));
}

TEST_F(PaddingAndFakes, ATokenFileMadeAgainIsTheSame) {
  std::string files[2];
  for (std::string& file : files) {
    const std::filesystem::path out = *network_ / "again.bltok";
    Lines tokenize = network_->TokenizeArguments("flu", "north", *network_ / "north.csv",
                                                 *network_ / "hidden.textproto", out);
    tokenize.insert(tokenize.begin(), ProgramPath("blindlink-agent"));
    const Finished made = blindlink::Run(tokenize);
    ASSERT_EQ(made.code, 0) << made.err;
    file = ReadFile(out).value();
    std::filesystem::remove(out);
  }
  EXPECT_EQ(files[0], files[1]);
}

TEST_F(PaddingAndFakes, TheAuditOfATokenFileKnowsTheFakesByTheSitesKey) {
  const std::filesystem::path out = *network_ / "audited.bltok";
  const std::filesystem::path plan = *network_ / "hidden.textproto";
  Lines tokenize = network_->TokenizeArguments("flu", "south", *network_ / "south.csv", plan, out);
  tokenize.insert(tokenize.begin(), ProgramPath("blindlink-agent"));
  ASSERT_EQ(blindlink::Run(tokenize).code, 0);
  Lines audit = {
      ProgramPath("blindlink-agent"), "audit-tokens", "--tokens", out, "--plan", plan, "--truth",
      *network_ / "south.csv",        "--state"};
  Lines of_south = audit;
  of_south.push_back(network_->StateOf("south"));
  const Finished known = blindlink::Run(of_south);
  // Whether so few are within the plan's thresholds depends on the token key.
  EXPECT_THAT(known.out, HasSubstr("records named rightly")) << known.err;
  EXPECT_THAT(known.err, Not(HasSubstr("does not have the records")));
  // With another site's key neither fakes nor records are known.
  audit.push_back(network_->StateOf("north"));
  const Finished unknown = blindlink::Run(audit);
  EXPECT_NE(unknown.code, 0);
  EXPECT_THAT(unknown.err, HasSubstr("does not have the records"));
}

}  // namespace
}  // namespace blindlink
