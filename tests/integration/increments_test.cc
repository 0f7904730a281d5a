// Data that join a project after its first run, are corrected and leave again, by the programs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "common/base/files.h"
#include "common/base/hex.h"
#include "common/cli/exit_code.h"
#include "resolver/index/stored_token.h"
#include "resolver/results/result_rows.h"
#include "resolver/results/token_use_row.h"
#include "tests/integration/raw_client.h"
#include "tests/support/subprocess.h"
#include "tests/support/test_network.h"

namespace blindlink {
namespace {

using testing::ContainsRegex;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using Lines = std::vector<std::string>;

constexpr char kHeader[] = "record_id,first_name,last_name,street_address,zip,date_of_birth\n";
constexpr char kAnna[] = "1,Anna,Miller,12 Oak Street,02139,1970-03-04\n";
constexpr char kBobby[] = "2,Bobby,Brown,5 Elm Street,02139,1961-07-12\n";
constexpr char kCarla[] = "3,Carla,Jones,9 Pine Street,02139,1988-11-30\n";

class Increments : public testing::Test {
 protected:
  Increments() { network_.CreateProject("flu", ShippedPlan("mini-sentinel-phase2")); }

  void Send(const std::string& site, const std::string& dataset, const std::string& rows,
            const Lines& flags = {}) {
    const std::filesystem::path file = network_.Write("rows.csv", absl::StrCat(kHeader, rows));
    Lines arguments = network_.RunArguments(project_, site, file, dataset);
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    const Finished sent = network_.Agent("site/" + site, arguments);
    ASSERT_EQ(sent.code, kExitOk) << sent.err;
  }
  Lines NamesOf(const std::string& site, const std::string& ids) const {
    return {"--project", project_,
            "--site",    site,
            "--ids",     network_.Write("ids.txt", ids).string(),
            "--state",   network_.StateOf(site).string()};
  }
  Lines WithdrawArguments(const std::string& site, const std::string& ids) const {
    Lines arguments = NamesOf(site, ids);
    arguments.insert(arguments.begin(), "withdraw");
    arguments.insert(arguments.end(), {"--receipt", Receipt().string()});
    return arguments;
  }
  std::filesystem::path Receipt() const { return network_ / "receipt.json"; }
  // The tokens, as the index has them, of which a run notes how it used them.
  Lines TokensNotedBy(const std::string& run) const {
    const std::string rows =
        *ReadFile(network_.ProjectFolder(project_) / "runs" / run / resolver::kTokenUseFile);
    Lines tokens;
    for (size_t at = resolver::TokenUseRow::kSize; at < rows.size();
         at += resolver::TokenUseRow::kSize) {
      tokens.push_back(rows.substr(at, resolver::StoredToken::kSize));
    }
    return tokens;
  }
  Finished Verify(const std::string& site, const std::string& ids) const {
    Lines arguments = NamesOf(site, ids);
    arguments.insert(arguments.begin(), {network_.Command("blindlink-agent", "site/" + site, {})[0],
                                         "verify-receipt", Receipt().string()});
    return blindlink::Run(arguments);
  }
  // The pseudonym of a record, by the map that the site keeps.
  std::string PseudonymOf(const std::string& site, const std::string& dataset,
                          const std::string& id) const {
    const std::string map =
        *ReadFile(network_.StateOf(site) / absl::StrCat("flu.", site, ".", dataset, ".map.csv"));
    for (const absl::string_view line : absl::StrSplit(map, '\n')) {
      const std::vector<std::string> cells = absl::StrSplit(line, ',');
      if (cells.size() == 2 && cells[0] == id) return cells[1];
    }
    ADD_FAILURE() << "no record " << id;
    return "";
  }
  // Files of the resolver that hold the pseudonym as bytes or as text.
  Lines FilesWith(const std::string& pseudonym) const {
    return FilesWith(HexDecode(pseudonym).value_or(""), pseudonym);
  }
  Lines FilesWith(const std::string& bytes, const std::string& pseudonym) const {
    Lines found;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(network_.data())) {
      if (!entry.is_regular_file()) continue;
      const std::string content = ReadFile(entry.path()).value_or("");
      if (content.find(bytes) != std::string::npos ||
          content.find(pseudonym) != std::string::npos) {
        found.push_back(entry.path());
      }
    }
    return found;
  }
  // The entity of each record, by its pseudonym.
  std::map<std::string, std::string> EntityOf() {
    std::map<std::string, std::string> entities;
    for (const std::string& line : network_.FetchedLines("entities", "flu")) {
      const std::vector<std::string> cells = absl::StrSplit(line, ',');
      if (cells.size() == 3 && cells[0] != "entity") entities[cells[2]] = cells[0];
    }
    return entities;
  }
  // The rows of what has changed, below their header.
  Lines ChangedRows(const std::string& since) {
    const Finished fetched = network_.Researcher(
        {"entities", "--project", "flu", "--changes-since", since, "--out", "-"});
    EXPECT_EQ(fetched.code, kExitOk) << fetched.err;
    Lines rows = absl::StrSplit(fetched.out, '\n', absl::SkipEmpty());
    if (rows.empty()) return rows;
    EXPECT_EQ(rows[0], "change,entity_before,entity,site,record,records,run,time,cause");
    rows.erase(rows.begin());
    return rows;
  }
  Lines Changes(const std::string& since) {
    Lines kinds;
    for (const std::string& row : ChangedRows(since)) kinds.push_back(row.substr(0, row.find(',')));
    return kinds;
  }
  // When a run was started, as in a row.
  std::string StartOf(const std::string& run) {
    const Finished status = network_.Coordinator(
        {"linkage", "status", "--project", "flu", "--run", run, "--json", "-"});
    const std::string key = "\"started_unix_seconds\": ";
    const size_t at = status.out.find(key);
    EXPECT_NE(at, std::string::npos) << status.out;
    const std::string number = status.out.substr(at + key.size());
    int64_t started = 0;
    EXPECT_TRUE(absl::SimpleAtoi(number.substr(0, number.find(',')), &started)) << status.out;
    return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", absl::FromUnixSeconds(started),
                            absl::UTCTimeZone());
  }

  TestNetwork network_;
  std::string project_ = "flu";
};

TEST_F(Increments, ARecordThatIsWithdrawnLeavesEveryFileAndTheSiteCanProveIt) {
  Send("north", "d1", absl::StrCat(kAnna, kBobby));
  Send("south", "d1", absl::StrCat(kAnna, kBobby));
  network_.Link("flu");
  ASSERT_THAT(network_.Pairs("flu"), SizeIs(2));
  const std::string gone = PseudonymOf("north", "d1", "1");
  const std::string stays = PseudonymOf("south", "d1", "1");
  ASSERT_THAT(FilesWith(gone), Not(IsEmpty()));
  const std::map<std::string, std::string> before = EntityOf();

  const Finished withdrawn = network_.Agent("site/north", WithdrawArguments("north", "1\n"));
  ASSERT_EQ(withdrawn.code, kExitOk) << withdrawn.err;
  EXPECT_THAT(withdrawn.out, HasSubstr("1 records named, 1 removed"));
  EXPECT_THAT(FilesWith(gone), IsEmpty());
  EXPECT_THAT(FilesWith(stays), Not(IsEmpty()));
  const Finished refused =
      network_.Researcher({"pairs", "--project", "flu", "--out", (network_ / "p.csv").string()});
  EXPECT_EQ(refused.code, kExitRefused) << refused.err;
  EXPECT_THAT(refused.err, HasSubstr("were withdrawn"));

  network_.Link("flu", {"--since", "run-000001"});
  EXPECT_THAT(network_.Pairs("flu"), ElementsAre(HasSubstr("north/2 south/2")));
  const std::map<std::string, std::string> after = EntityOf();
  EXPECT_FALSE(after.contains(gone));
  EXPECT_EQ(after.at(stays), before.at(stays)) << "what remains of the entity keeps its id";

  const Finished listed = network_.Coordinator({"project", "withdrawals", "--project", "flu"});
  EXPECT_EQ(listed.code, kExitOk) << listed.err;
  EXPECT_THAT(listed.out, ContainsRegex("withdrawal-000001 +north .* done +1 +1 "));

  // Without the resolver.
  network_.StopResolver();
  const Finished proven = Verify("north", "1\n");
  EXPECT_EQ(proven.code, kExitOk) << proven.err;
  EXPECT_THAT(proven.out, HasSubstr("has none of the 1 records named. Removed: 1 records with "));
  const Finished of_another = Verify("north", "2\n");
  EXPECT_NE(of_another.code, kExitOk);
  EXPECT_THAT(of_another.err, HasSubstr("is not about 1 of the records"));
  std::string forged = *ReadFile(Receipt());
  const size_t salt = forged.find("\"salt\": \"") + 9;
  forged[salt] = forged[salt] == 'A' ? 'B' : 'A';
  ASSERT_TRUE(WriteFileAtomically(Receipt(), forged, 0600).ok());
  EXPECT_THAT(Verify("north", "1\n").err, HasSubstr("about other records"));
}

TEST_F(Increments, NoNumberOfAReceiptCanBeChanged) {
  Send("north", "d1", absl::StrCat(kAnna, kBobby));
  ASSERT_EQ(network_.Agent("site/north", WithdrawArguments("north", "1\n")).code, kExitOk);
  ASSERT_EQ(Verify("north", "1\n").code, kExitOk);
  const std::string receipt = *ReadFile(Receipt());
  for (const char* name : {"records", "records_removed", "tokens_removed"}) {
    std::string forged = receipt;
    const size_t value = forged.find(absl::StrCat("\"", name, "\": \""));
    ASSERT_NE(value, std::string::npos) << name;
    forged.insert(forged.find(": \"", value) + 3, "7");
    ASSERT_TRUE(WriteFileAtomically(Receipt(), forged, 0600).ok());
    const Finished refused = Verify("north", "1\n");
    EXPECT_NE(refused.code, kExitOk) << name;
    EXPECT_THAT(refused.err, HasSubstr("proves nothing")) << name;
  }
}

// Two sites have one person; under this plan a run notes how rare a name is, by its tokens.
TEST_F(Increments, TokensLeaveEveryFileWithTheLastRecordThatHadThem) {
  network_.CreateProject("asthma", ShippedPlan("us-default"));
  project_ = "asthma";
  Send("north", "d1", absl::StrCat(kAnna, kBobby));
  Send("south", "d1", absl::StrCat(kAnna, kCarla));
  network_.Link("asthma");
  const Lines tokens = TokensNotedBy("run-000001");
  ASSERT_THAT(tokens, Not(IsEmpty()));
  for (const char* site : {"north", "south"}) {
    const Finished withdrawn =
        network_.Agent(std::string("site/") + site, WithdrawArguments(site, "1\n"));
    ASSERT_EQ(withdrawn.code, kExitOk) << withdrawn.err;
  }
  for (const std::string& token : tokens) EXPECT_THAT(FilesWith(token, token), IsEmpty());
  const Finished preview = network_.Coordinator({"linkage", "preview", "--project", "asthma"});
  EXPECT_EQ(preview.code, 0) << preview.err;
  EXPECT_THAT(preview.out, HasSubstr("a run would use\n"));
  const Finished overview = network_.Coordinator({"linkage", "overview", "--project", "asthma"});
  EXPECT_EQ(overview.code, kExitOk) << overview.err;
  EXPECT_THAT(overview.out, HasSubstr("run-000001 of project asthma\n"));
  EXPECT_THAT(overview.out, ContainsRegex("north +south +1 to 10\n"));
}

TEST_F(Increments, AWithdrawalIsInTheAuditLogAlsoIfNobodyAsksForIt) {
  Send("north", "d1", absl::StrCat(kAnna, kBobby));
  const absl::Status accepted = RawClient(network_, "site/north")
                                    .Withdraw("flu", *HexDecode(PseudonymOf("north", "d1", "1")));
  ASSERT_TRUE(accepted.ok()) << accepted;
  const auto is_entered = [&] {
    const Finished fetched = network_.Coordinator({"audit", "fetch", "--format", "csv"});
    return fetched.out.find("RECORDS_WITHDRAWN") != std::string::npos;
  };
  EXPECT_TRUE(WaitUntil(is_entered, std::chrono::seconds(60)));
}

TEST_F(Increments, NewAndCorrectedRecordsJoinOldEntitiesWhichKeepTheirIds) {
  Send("north", "d1", absl::StrCat(kAnna, kBobby));
  Send("south", "d1", kAnna);
  network_.Link("flu");
  const std::map<std::string, std::string> before = EntityOf();
  Send("south", "d2", kBobby);
  Send("north", "d2", absl::StrCat("1,Anna,Mueller,1 Far Street,90210,1999-01-01\n", kCarla),
       {"--kind", "correction"});
  network_.Link("flu", {"--since", "run-000001"});
  EXPECT_THAT(network_.Pairs("flu"), ElementsAre(HasSubstr("north/2 south/2")));
  const std::map<std::string, std::string> after = EntityOf();
  const std::string bobby = PseudonymOf("north", "d1", "2");
  EXPECT_EQ(after.at(bobby), before.at(bobby));
  EXPECT_EQ(after.at(PseudonymOf("south", "d2", "2")), before.at(bobby));
  EXPECT_THAT(Changes("run-000001"),
              testing::UnorderedElementsAre("split", "moved", "added", "added"));
  const Finished kind = network_.Agent("site/north", [&] {
    Lines arguments = network_.RunArguments("flu", "north", network_ / "rows.csv", "d3");
    arguments.insert(arguments.end(), {"--replaces", "d1"});
    return arguments;
  }());
  EXPECT_EQ(kind.code, kExitBadInput) << kind.err;
}

TEST_F(Increments, SplitsAndMergesAreRowsWithRunTimeAndCause) {
  // The same person with another last name, and with day and month swapped: only Anna joins them.
  Send("north", "d1", kAnna);
  Send("south", "d1",
       "1,Anna,Muller,12 Oak Street,02139,1970-03-04\n"
       "2,Anna,Miller,12 Oak Street,02139,1970-04-03\n");
  network_.Link("flu");
  ASSERT_THAT(network_.Entities("flu"), ElementsAre("north/1=south/1=south/2"));
  const std::string before = EntityOf().at(PseudonymOf("south", "d1", "1"));

  const Finished withdrawn = network_.Agent("site/north", WithdrawArguments("north", "1\n"));
  ASSERT_EQ(withdrawn.code, kExitOk) << withdrawn.err;
  network_.Link("flu", {"--since", "run-000001"});
  const std::map<std::string, std::string> split = EntityOf();
  const bool first_keeps = split.at(PseudonymOf("south", "d1", "1")) == before;
  const std::string moved = PseudonymOf("south", "d1", first_keeps ? "2" : "1");
  const std::string apart = split.at(moved);
  ASSERT_NE(apart, before);
  EXPECT_THAT(ChangedRows("run-000001"),
              ElementsAre(absl::StrCat("split,", before, ",", apart, ",,,1,run-000002,",
                                       StartOf("run-000002"), ",records gone"),
                          absl::StrCat("moved,", before, ",", apart, ",south,", moved, ",,,,")));

  Send("north", "d2", absl::StrCat("9", std::string(kAnna).substr(1)));
  network_.Link("flu", {"--since", "run-000002"});
  const std::map<std::string, std::string> merged = EntityOf();
  const std::string kept = merged.at(moved);
  const std::string gone = kept == before ? apart : before;
  EXPECT_THAT(
      ChangedRows("run-000002"),
      testing::UnorderedElementsAre(
          absl::StrCat("merged,", gone, ",", kept, ",,,1,run-000003,", StartOf("run-000003"),
                       ",new records"),
          HasSubstr(absl::StrCat("moved,", gone, ",", kept, ",south,")),
          absl::StrCat("added,,", kept, ",north,", PseudonymOf("north", "d2", "9"), ",,,,")));
}

TEST_F(Increments, PeopleWhoShareARecordIdAreWithdrawnTogetherAlsoWithoutAMap) {
  Send("north", "d1", absl::StrCat(kAnna, "1,Bobby,Brown,5 Elm Street,02139,1961-07-12\n", kCarla));
  const std::filesystem::path map = network_.StateOf("north") / "flu.north.d1.map.csv";
  ASSERT_TRUE(std::filesystem::remove(map));
  const Finished withdrawn = network_.Agent("site/north", WithdrawArguments("north", "1\n"));
  ASSERT_EQ(withdrawn.code, kExitOk) << withdrawn.err;
  EXPECT_THAT(withdrawn.out, HasSubstr("1 record ids, 0 of them in the 0 maps read"));
  EXPECT_THAT(withdrawn.out, HasSubstr("2 removed"));
  EXPECT_EQ(Verify("north", "1\n").code, kExitOk);
}

// The resolver is killed at random while data come, are corrected and leave. BLINDLINK_KILLS: how
// often; the default is the short form.
TEST_F(Increments, KilledAtAnyMomentTheSitesHaveWhatTheyMeant) {
  const char* asked = getenv("BLINDLINK_KILLS");
  const int kills = asked == nullptr ? 3 : atoi(asked);
  std::mt19937 random(11);
  std::map<std::string, std::set<int>> meant = {{"north", {}}, {"south", {}}};
  const auto rows_of = [](const std::set<int>& people) {
    std::string rows;
    for (const int person : people) {
      absl::StrAppend(&rows, person, ",Name", person, ",Family", person % 5, ",", person,
                      " Oak Street,02139,19", 40 + person % 50, "-03-04\n");
    }
    return rows;
  };
  for (const char* site : {"north", "south"}) {
    for (int i = 0; i < 8; ++i) meant[site].insert(static_cast<int>(random() % 30));
    Send(site, "d0", rows_of(meant[site]));
  }
  network_.Link("flu");
  for (int step = 1; step <= kills; ++step) {
    const std::string site = random() % 2 == 0 ? "north" : "south";
    std::set<int>& of_site = meant[site];
    const bool withdraws = step % 2 == 0 && of_site.size() > 3;
    Lines arguments;
    if (withdraws) {
      const int person = *of_site.begin();
      of_site.erase(person);
      arguments = WithdrawArguments(site, absl::StrCat(person, "\n"));
    } else {
      const std::set<int> people = {static_cast<int>(random() % 30), *of_site.rbegin()};
      of_site.insert(people.begin(), people.end());
      const auto file = network_.Write("rows.csv", absl::StrCat(kHeader, rows_of(people)));
      arguments = network_.RunArguments("flu", site, file, absl::StrCat("d", step));
      arguments.insert(arguments.end(), {"--kind", "correction"});
    }
    Subprocess agent(network_.Command("blindlink-agent", "site/" + site, arguments));
    std::this_thread::sleep_for(std::chrono::milliseconds(random() % 400));
    network_.KillResolver();
    network_.StartResolver();
    agent.Wait();
    // Whatever became of the command, it can be repeated.
    const Finished again = network_.Agent("site/" + site, arguments);
    const bool done_before = again.err.find("was committed earlier") != std::string::npos;
    EXPECT_TRUE(again.code == kExitOk || done_before) << again.err;
  }
  network_.Link("flu", {"--since", "run-000001"});
  const Lines since = network_.FetchedLines("entities", "flu");
  network_.Link("flu", {"--model-of", "run-000001"});
  EXPECT_EQ(network_.FetchedLines("entities", "flu"), since) << "with their ids";
  EXPECT_THAT(since, SizeIs(meant["north"].size() + meant["south"].size() + 1));
}

}  // namespace
}  // namespace blindlink
