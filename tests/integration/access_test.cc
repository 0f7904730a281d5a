// Release by grant, retention and purge, with the real programs over mutual TLS.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "blindlink/v1/result_service.grpc.pb.h"
#include "common/base/files.h"
#include "common/base/hex.h"
#include "common/cli/exit_code.h"
#include "common/rpc/client.h"
#include "grpcpp/client_context.h"
#include "tests/support/test_network.h"

namespace blindlink {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr int kPeople = 60;
constexpr char kReason[] = "As the ethics board decided.";
using Rows = std::vector<std::vector<std::string>>;

Rows ReadRows(const std::filesystem::path& file) {
  Rows rows;
  const std::string text = ReadFile(file).value_or("");
  for (const auto line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    rows.push_back(absl::StrSplit(line, ','));
  }
  if (!rows.empty()) rows.erase(rows.begin());
  return rows;
}

// Of a site: those whose number is divisible by 3 are at both sites.
std::string People(const std::string& site, int first = 0, int end = kPeople) {
  std::string text = "record_id,first_name,last_name,street_address,zip,date_of_birth\n";
  for (int i = first; i < end; ++i) {
    const std::string own = i % 3 == 0 ? "" : site;
    absl::StrAppend(&text, site.substr(0, 1), i, ",Anna", own, ",Miller", own, i, ",", i,
                    " Oak Street,02139,19", 10 + i % 90, "-03-04\n");
  }
  return text;
}

// A folder's bytes, all files one after another.
std::string BytesOf(const std::filesystem::path& folder) {
  std::string bytes;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) bytes += ReadFile(entry.path()).value_or("");
  }
  return bytes;
}

class Access : public testing::Test {
 protected:
  // The audit log as CSV.
  std::string AuditRows() {
    return blindlink::Run({ProgramPath("blindlink-resolver"), "audit", "export", "--format", "csv",
                           "--data", network_.data()})
        .out;
  }
  Access() { network_.certs().Add({"coordinator/second", "researcher/other"}); }

  void MakeProject(const std::vector<std::string>& more = {"--release", "by-grant"}) {
    network_.CreateProject("flu", ShippedPlan("mini-sentinel-phase2"), more);
    for (const char* site : {"north", "south"}) {
      network_.Upload("flu", site, network_.Write(absl::StrCat(site, ".csv"), People(site)));
    }
    network_.Link("flu");
  }

  Finished Ask(const std::string& level, std::vector<std::string> more = {},
               const std::string& run = "run-000001") {
    const std::string until =
        absl::FormatTime("%Y-%m-%d", absl::Now() + absl::Hours(24 * 30), absl::UTCTimeZone());
    std::vector<std::string> arguments = {"access",
                                          "request",
                                          "--project",
                                          "flu",
                                          "--run",
                                          run,
                                          "--level",
                                          level,
                                          "--until",
                                          until,
                                          "--purpose",
                                          "How many people fall ill.",
                                          "--legal-basis",
                                          "Decision 12 of the board.",
                                          "--necessity",
                                          "Counts cannot answer it.",
                                          "--proportionality",
                                          "It saves lives.",
                                          "--harm",
                                          "Little: no names, one user."};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return network_.Researcher(std::move(arguments));
  }
  Finished Act(const std::string& coordinator, const std::string& what, const std::string& grant) {
    return blindlink::Run(network_.Command(
        "blindlink-resolver", "coordinator/" + coordinator,
        {"access", what, "--project", "flu", "--grant", grant, "--reason", kReason}));
  }
  // A grant in force: its number counts up.
  std::string Granted(const std::string& level, std::vector<std::string> more = {},
                      const std::string& run = "run-000001") {
    const Finished asked = Ask(level, std::move(more), run);
    EXPECT_EQ(asked.code, 0) << asked.err;
    const std::string grant = std::vector<std::string>(
        absl::StrSplit(asked.out, absl::ByAnyChar(" \n"), absl::SkipEmpty()))[1];
    EXPECT_EQ(Act("center", "approve", grant).code, 0);
    const Finished second = Act("second", "approve", grant);
    EXPECT_EQ(second.code, 0) << second.err;
    EXPECT_THAT(second.out, HasSubstr("approved"));
    return grant;
  }
  Finished Fetch(const std::string& what, const std::string& grant = "") {
    std::vector<std::string> arguments = {what, "--project", "flu", "--out",
                                          FileOf(what, grant).string()};
    if (!grant.empty()) arguments.insert(arguments.end(), {"--grant", grant});
    return network_.Researcher(std::move(arguments));
  }
  std::filesystem::path FileOf(const std::string& what, const std::string& grant = "") const {
    return network_ / absl::StrCat(what, grant, ".csv");
  }
  Rows Fetched(const std::string& what, const std::string& grant = "") {
    const Finished fetched = Fetch(what, grant);
    EXPECT_EQ(fetched.code, 0) << fetched.err;
    return ReadRows(FileOf(what, grant));
  }

  std::filesystem::path Token(const std::string& grant) {
    const std::filesystem::path file = network_ / absl::StrCat(grant, ".token");
    const Finished issued = network_.Coordinator(
        {"access", "token", "--project", "flu", "--grant", grant, "--out", file});
    EXPECT_EQ(issued.code, 0) << issued.err;
    return file;
  }
  Finished Relink(const std::string& site, const std::string& grant,
                  const std::filesystem::path& token, const std::vector<std::string>& pseudonyms) {
    std::vector<std::string> arguments = {"relink",  "--project", "flu",
                                          "--grant", grant,       "--token",
                                          token,     "--state",   network_.StateOf(site)};
    arguments.insert(arguments.end(), pseudonyms.begin(), pseudonyms.end());
    return network_.Agent("site/" + site, std::move(arguments));
  }
  // The record ids that the site gets for pseudonyms, in the same order.
  std::vector<std::string> RecordIds(const std::string& site, const std::string& grant,
                                     const std::filesystem::path& token,
                                     const std::vector<std::string>& pseudonyms) {
    const Finished relinked = Relink(site, grant, token, pseudonyms);
    EXPECT_EQ(relinked.code, 0) << relinked.err;
    std::vector<std::string> ids;
    for (const auto line : absl::StrSplit(relinked.out, '\n', absl::SkipEmpty())) {
      ids.push_back(std::vector<std::string>(absl::StrSplit(line, ','))[1]);
    }
    if (!ids.empty()) ids.erase(ids.begin());
    return ids;
  }

  static std::vector<std::string> RecordsOf(const Rows& entities, const std::string& site) {
    std::vector<std::string> records;
    for (const auto& row : entities) {
      if (row[1] == site) records.push_back(row[2]);
    }
    return records;
  }

  TestNetwork network_;
};

TEST_F(Access, NothingIsReleasedUntilTwoCoordinatorsHaveApprovedIt) {
  MakeProject();
  const Finished listed = network_.Researcher({"list", "--project", "flu"});
  EXPECT_THAT(listed.out, HasSubstr("(needs a grant)"));
  EXPECT_EQ(Fetch("pairs").code, kExitRefused);
  ASSERT_EQ(Ask("pairs").code, 0);
  EXPECT_EQ(Act("center", "approve", "grant-000001").code, 0);
  const Finished again = Act("center", "approve", "grant-000001");
  EXPECT_NE(again.code, 0);
  EXPECT_THAT(again.err, HasSubstr("another coordinator"));
  const Finished one = Fetch("pairs", "grant-000001");
  EXPECT_EQ(one.code, kExitRefused);
  EXPECT_THAT(one.err, HasSubstr("1 of 2"));
  EXPECT_EQ(Act("second", "approve", "grant-000001").code, 0);

  const Rows pairs = Fetched("pairs");
  EXPECT_EQ(pairs.size(), kPeople / 3);
  const std::string manifest = ReadFile(FileOf("pairs").string() + ".manifest.json").value();
  EXPECT_THAT(manifest, HasSubstr("\"grant\": \"grant-000001\""));
  EXPECT_EQ(Fetch("entities").code, kExitRefused);
  EXPECT_EQ(Fetch("overlap").code, 0);

  const Finished revoked = Act("center", "revoke", "grant-000001");
  EXPECT_EQ(revoked.code, 0) << revoked.err;
  EXPECT_EQ(Fetch("pairs", "grant-000001").code, kExitRefused);
  const Finished shown =
      network_.Researcher({"access", "show", "--project", "flu", "--grant", "grant-000001"});
  EXPECT_THAT(shown.out, AllOf(HasSubstr("revoked"), HasSubstr(kReason)));
  EXPECT_THAT(network_.ResolverLog(), HasSubstr("grant=grant-000001"));
}

TEST_F(Access, FilesOfTwoGrantsHaveNeitherIdsNorOrderInCommon) {
  MakeProject();
  const std::string first = Granted("entity-map", {"--relink"});
  const std::string second = Granted("entity-map", {"--relink"});
  const Rows entities_of_first = Fetched("entities", first);
  const Rows entities_of_second = Fetched("entities", second);
  ASSERT_EQ(entities_of_first.size(), 2 * kPeople);
  ASSERT_EQ(entities_of_second.size(), 2 * kPeople);
  std::set<std::string> ids;
  std::set<std::string> entities;
  for (const Rows& rows : {entities_of_first, entities_of_second}) {
    for (const auto& row : rows) {
      ids.insert(row[2]);
      entities.insert(row[0]);
    }
  }
  EXPECT_EQ(ids.size(), 4 * kPeople);
  EXPECT_EQ(entities.size(), 2 * (2 * kPeople - kPeople / 3));
  const auto ids_of = [&](const std::string& grant, const Rows& rows) {
    return RecordIds("north", grant, Token(grant), RecordsOf(rows, "north"));
  };
  std::vector<std::string> order_of_first = ids_of(first, entities_of_first);
  std::vector<std::string> order_of_second = ids_of(second, entities_of_second);
  ASSERT_EQ(order_of_first.size(), kPeople);
  EXPECT_NE(order_of_first, order_of_second);
  std::sort(order_of_first.begin(), order_of_first.end());
  std::sort(order_of_second.begin(), order_of_second.end());
  EXPECT_EQ(order_of_first, order_of_second);
}

TEST_F(Access, OnlyTheSiteTurnsAPseudonymBackAndOnlyWithTheToken) {
  MakeProject();
  const std::string grant = Granted("entity-map", {"--relink"});
  const std::filesystem::path token = Token(grant);
  const std::vector<std::string> records = RecordsOf(Fetched("entities", grant), "north");
  EXPECT_EQ(RecordIds("north", grant, token, {records[0]})[0][0], 'n');
  EXPECT_THAT(AuditRows(),
              testing::ContainsRegex(absl::StrCat(
                  ",CALL_BEGUN,spiffe://blindlink/site/north,[0-9a-f]+,/blindlink.v1.Access/Relink,"
                  "project=flu grant=",
                  grant, ",")));
  const Finished foreign = Relink("south", grant, token, {records[0]});
  EXPECT_EQ(foreign.code, kExitRefused) << foreign.err;
  EXPECT_EQ(foreign.out, absl::StrCat("pseudonym,record_id\n", records[0], ",\n"));

  // A token that is void, because another was issued, and none at all.
  std::filesystem::rename(token, network_ / "void.token");
  Token(grant);
  EXPECT_EQ(Relink("north", grant, network_ / "void.token", {records[0]}).code, kExitRefused);
  const std::string without = Granted("entity-map");
  const Finished refused = network_.Coordinator(
      {"access", "token", "--project", "flu", "--grant", without, "--out", network_ / "no.token"});
  EXPECT_NE(refused.code, 0);
  EXPECT_THAT(refused.err, HasSubstr("does not allow"));
  EXPECT_EQ(Act("center", "revoke", grant).code, 0);
  EXPECT_EQ(Relink("north", grant, token, {records[0]}).code, kExitRefused);
}

// The extracts of sites have the sites' own pseudonyms.
TEST_F(Access, AGrantWithSitePseudonymsHasThoseOfTheSitesMaps) {
  MakeProject();
  const std::string grant = Granted("entity-map", {"--site-pseudonyms", "--relink"});
  std::set<std::string> own;
  for (const auto& row : ReadRows(network_.StateOf("north") / "flu.north.d1.map.csv")) {
    own.insert(row[1]);
  }
  const std::vector<std::string> records = RecordsOf(Fetched("entities", grant), "north");
  EXPECT_EQ(std::set<std::string>(records.begin(), records.end()), own);
}

TEST_F(Access, CountsOfTwoRunsNeverTellOfAFewPeople) {
  MakeProject();
  const std::string first = Granted("counts");
  EXPECT_THAT(ReadFile(FileOf("overlap", first)).ok(), false);
  const Rows before = Fetched("overlap", first);
  // Four more people, of whom two are at both sites.
  for (const char* site : {"north", "south"}) {
    network_.Upload("flu", site, network_.Write("more.csv", People(site, kPeople, kPeople + 4)),
                    "d2");
  }
  network_.Link("flu");
  const std::string second = Granted("counts", {}, "run-000002");
  EXPECT_EQ(Fetched("overlap", second), before);
  EXPECT_EQ(before[1], (std::vector<std::string>{"north", "south", "20", "false"}));
  EXPECT_EQ(Fetch("pairs", second).code, kExitRefused);
  const Finished listed = network_.Researcher({"list", "--project", "flu"});
  EXPECT_THAT(listed.out, AllOf(Not(HasSubstr(" 64 ")), Not(HasSubstr(" 128 "))));
}

TEST_F(Access, AStreamEndsSecondsAfterItsGrantIsRevoked) {
  network_.CreateProject("flu", ShippedPlan("mini-sentinel-phase2"), {"--release", "by-grant"});
  network_.Upload("flu", "north", network_.Write("many.csv", People("north", 0, 200000)));
  network_.Link("flu");
  const std::string grant = Granted("entity-map");
  const std::vector<std::string> flags = network_.ConnectionFlags("researcher/study");
  const auto stub = v1::Result::NewStub(*Connect({flags[1], flags[3], flags[5], flags[7]}));
  v1::GetRowsRequest request;
  request.set_project("flu");
  request.set_grant(grant);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(120));
  const auto reader = stub->GetEntityMap(&context, request);
  v1::EntityChunk chunk;
  ASSERT_TRUE(reader->Read(&chunk));
  EXPECT_EQ(chunk.info().entity_map_rows(), 200000u);
  int rows = chunk.members_size();
  // The peer does not read, so that the resolver waits in the middle.
  EXPECT_EQ(Act("center", "revoke", grant).code, 0);
  std::this_thread::sleep_for(std::chrono::seconds(5));
  while (reader->Read(&chunk)) rows += chunk.members_size();
  EXPECT_FALSE(reader->Finish().ok());
  EXPECT_LT(rows, 200000);
}

TEST_F(Access, ChangedRulesAreToldInTheListAndInTheManifest) {
  MakeProject({});
  ASSERT_EQ(Fetch("pairs").code, 0);
  const std::string first = ReadFile(FileOf("pairs").string() + ".manifest.json").value();
  EXPECT_THAT(first, AllOf(HasSubstr("\"version\": 1"), Not(HasSubstr("\"changed\""))));
  const std::string plan = ReadFile(ShippedPlan("mini-sentinel-phase2")).value();
  network_.Link("flu", {"--plan", network_.Write("changed.textproto", plan + "# changed\n")});
  const Finished listed = network_.Researcher({"list", "--project", "flu"});
  EXPECT_THAT(listed.out, AllOf(HasSubstr("rules 1: "), HasSubstr("rules 2: "),
                                HasSubstr("changed since your last fetch (version 1)")));
  std::filesystem::remove(FileOf("pairs"));
  const Finished fetched = Fetch("pairs");
  EXPECT_THAT(fetched.err, HasSubstr("from version 1 to 2"));
  EXPECT_THAT(ReadFile(FileOf("pairs").string() + ".manifest.json").value(),
              AllOf(HasSubstr("\"version\": 2"), HasSubstr("\"changed\": true")));
  // A run under the same rules has the same version.
  network_.Link("flu", {"--plan", network_ / "changed.textproto"});
  EXPECT_THAT(network_.Researcher({"list", "--project", "flu"}).out, Not(HasSubstr("rules 3")));
}

TEST_F(Access, ASiteSendsNoMoreRecordsThanItsCensus) {
  network_.CreateProject("flu", ShippedPlan("mini-sentinel-phase2"), {"--site-census", "north=59"});
  const auto north = network_.Write("north.csv", People("north"));
  const Finished sent = network_.Agent("site/north", network_.RunArguments("flu", "north", north));
  EXPECT_NE(sent.code, 0);
  EXPECT_THAT(sent.err, HasSubstr("59 records that it declared"));
  network_.Upload("flu", "south", network_.Write("south.csv", People("south")));
  EXPECT_EQ(network_.Agent("site/north", {"discard", "--project", "flu", "--dataset", "d1"}).code,
            0);
  network_.Upload("flu", "north", network_.Write("fewer.csv", People("north", 0, 59)));
}

TEST_F(Access, APurgeLeavesNeitherKeysNorPseudonymsOnTheDisk) {
  MakeProject();
  Granted("entity-map");
  const std::filesystem::path folder = network_.ProjectFolder("flu");
  std::vector<std::string> canaries;
  for (const char* site : {"north", "south"}) {
    const Rows map = ReadRows(network_.StateOf(site) / absl::StrCat("flu.", site, ".d1.map.csv"));
    canaries.push_back(*HexDecode(map[0][1]));
  }
  for (const std::filesystem::path& key :
       {network_.IndexKeyFile("flu"), network_.data() / "keys/flu.grant-000001.key"}) {
    const std::vector<std::string> lines =
        absl::StrSplit(ReadFile(key).value(), '\n', absl::SkipEmpty());
    canaries.push_back(lines[1]);
  }
  EXPECT_EQ(BytesOf(folder).find(canaries.back()), std::string::npos) << "a grant's key";
  for (const std::string& canary : canaries) {
    EXPECT_THAT(BytesOf(network_.data()), HasSubstr(canary));
  }
  EXPECT_NE(
      network_.Coordinator({"project", "purge", "--project", "flu", "--confirm", "flue"}).code, 0);
  const Finished purged =
      network_.Coordinator({"project", "purge", "--project", "flu", "--confirm", "flu"});
  EXPECT_EQ(purged.code, 0) << purged.err;
  EXPECT_EQ(Fetch("entities").code, kExitRefused);
  EXPECT_TRUE(WaitUntil([&] { return !std::filesystem::exists(folder); }));
  const std::string left = BytesOf(network_.data());
  for (const std::string& canary : canaries) EXPECT_EQ(left.find(canary), left.npos);

  // The name is free again, after the calls that were in progress; and a restart finds nothing.
  EXPECT_TRUE(WaitUntil([&] {
    return network_
               .Coordinator({"project", "create", "--name", "flu", "--plan",
                             ShippedPlan("mini-sentinel-phase2"), "--site", "north"})
               .code == 0;
  }));
  EXPECT_EQ(network_.StopResolver(), 0);
  network_.StartResolver();
  EXPECT_THAT(network_.Coordinator({"upload", "list", "--project", "flu"}).out,
              Not(HasSubstr(" d1 ")));
}

TEST_F(Access, AProjectIsPurgedByItselfAtItsEnd) {
  const std::string end =
      absl::FormatTime(absl::RFC3339_sec, absl::Now() + absl::Seconds(45), absl::UTCTimeZone());
  network_.CreateProject("flu", ShippedPlan("mini-sentinel-phase2"), {"--until", end});
  EXPECT_TRUE(std::filesystem::exists(network_.IndexKeyFile("flu")));
  EXPECT_TRUE(WaitUntil([&] { return !std::filesystem::exists(network_.ProjectFolder("flu")); },
                        std::chrono::seconds(120)));
  EXPECT_NE(network_.Coordinator({"project", "show", "--project", "flu"}).code, 0);
  EXPECT_THAT(network_.ResolverLog(), HasSubstr("event=project-purged project=flu"));
  EXPECT_THAT(AuditRows(), HasSubstr(",PROJECT_ENDED,,,,project=flu,"));
}

}  // namespace
}  // namespace blindlink
