#include "tests/support/test_network.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/base/files.h"
#include "common/csv/csv_reader.h"

namespace blindlink {
namespace {

std::vector<std::string> Parties(const std::vector<std::string>& sites) {
  std::vector<std::string> parties = {"coordinator/center", "researcher/study"};
  for (const std::string& site : sites) parties.push_back("site/" + site);
  return parties;
}

void Append(std::vector<std::string> more, std::vector<std::string>* to) {
  to->insert(to->end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

void AbortUnlessGood(const Finished& finished, const char* what) {
  if (finished.code == 0) return;
  fprintf(stderr, "%s ended with %d\n%s%s", what, finished.code, finished.out.c_str(),
          finished.err.c_str());
  abort();
}

}  // namespace

TestNetwork::TestNetwork(Options options)
    : options_(std::move(options)), certs_(Parties(options_.sites)) {
  // What the programs have seen of the resolver's audit log stays in this folder.
  setenv("XDG_STATE_HOME", (folder_ / "state-home").c_str(), 1);
  if (options_.data_directory.empty()) options_.data_directory = folder_ / "data";
  AbortUnlessGood(
      Run({ProgramPath("blindlink-agent").string(), "keygen", "--out", token_key().string()}),
      "keygen");
  StartResolver();
}

void TestNetwork::StartResolver() {
  const std::filesystem::path port_file = folder_ / "port";
  std::filesystem::remove(port_file);
  Write(
      "resolver.textproto",
      absl::StrCat("listen: \"127.0.0.1:", port_, "\"\ndata_directory: \"",
                   options_.data_directory.string(), "\"\ncertificate_file: \"",
                   certs_.Cert("resolver").string(), "\"\nprivate_key_file: \"",
                   certs_.Key("resolver").string(), "\"\nclient_ca_file: \"", certs_.Ca().string(),
                   "\"\nallowed_clients_file: \"", certs_.AllowedClients().string(),
                   "\"\nport_file: \"", port_file.string(), "\"\n", options_.more_configuration));
  resolver_ = std::make_unique<Subprocess>(ServeCommand());
  if (!resolver_->WaitForFile(port_file)) {
    fprintf(stderr, "the resolver does not serve\n%s", resolver_->Stderr().c_str());
    abort();
  }
  port_ = std::string(absl::StripAsciiWhitespace(ReadFile(port_file).value()));
}

std::vector<std::string> TestNetwork::ServeCommand() const {
  std::vector<std::string> argv = options_.resolver_prefix;
  Append({ProgramPath("blindlink-resolver"), "serve", "--config", *this / "resolver.textproto"},
         &argv);
  return argv;
}

int TestNetwork::StopResolver() {
  resolver_->Signal(SIGTERM);
  const int code = resolver_->Wait();
  log_of_earlier_resolvers_ = ResolverLog();
  resolver_.reset();
  return code;
}

void TestNetwork::Configure(std::filesystem::path data_directory, std::string more_configuration) {
  options_.data_directory = std::move(data_directory);
  options_.more_configuration = std::move(more_configuration);
  std::filesystem::remove_all(Witnesses());  // of another resolver under the same address
}

void TestNetwork::KillResolver() {
  resolver_->Signal(SIGKILL);
  resolver_->Wait();
  log_of_earlier_resolvers_ = ResolverLog();
  resolver_.reset();
}

std::string TestNetwork::ResolverLog() const {
  if (resolver_ == nullptr) return log_of_earlier_resolvers_;
  return absl::StrCat(log_of_earlier_resolvers_, resolver_->Stdout(), resolver_->Stderr());
}

std::vector<std::string> TestNetwork::ConnectionFlags(const std::string& party) const {
  std::vector<std::string> flags = {"--resolver", address()};
  Append(certs_.Flags(party), &flags);
  return flags;
}

std::vector<std::string> TestNetwork::Command(const std::string& program, const std::string& party,
                                              std::vector<std::string> arguments) const {
  std::vector<std::string> argv = {ProgramPath(program)};
  Append(std::move(arguments), &argv);
  Append(ConnectionFlags(party), &argv);
  return argv;
}

Finished TestNetwork::Agent(const std::string& party, std::vector<std::string> arguments) {
  return Run(Command("blindlink-agent", party, std::move(arguments)));
}

Finished TestNetwork::Coordinator(std::vector<std::string> arguments) {
  return Run(Command("blindlink-resolver", "coordinator/center", std::move(arguments)));
}

Finished TestNetwork::Researcher(std::vector<std::string> arguments) {
  return Run(Command("blindlink-researcher", "researcher/study", std::move(arguments)));
}

void TestNetwork::CreateProject(const std::string& name, const std::filesystem::path& plan,
                                std::vector<std::string> more_arguments) {
  std::vector<std::string> arguments = {"project", "create",      "--name",       name,
                                        "--plan",  plan.string(), "--researcher", "study"};
  for (const std::string& site : options_.sites) Append({"--site", site}, &arguments);
  Append(std::move(more_arguments), &arguments);
  AbortUnlessGood(Coordinator(std::move(arguments)), "project create");
}

std::string TestNetwork::KeyId(const std::string& project) const {
  const Finished printed = Run(
      {ProgramPath("blindlink-agent"), "key-id", "--token-key", token_key(), "--project", project});
  AbortUnlessGood(printed, "key-id");
  return std::string(absl::StripAsciiWhitespace(printed.out));
}

std::vector<std::string> TestNetwork::RunArguments(const std::string& project,
                                                   const std::string& site,
                                                   const std::filesystem::path& input,
                                                   const std::string& dataset) const {
  return {"run",       "--input", input,         "--project", project,   "--site",     site,
          "--dataset", dataset,   "--token-key", token_key(), "--state", StateOf(site)};
}

std::vector<std::string> TestNetwork::TokenizeArguments(const std::string& project,
                                                        const std::string& site,
                                                        const std::filesystem::path& input,
                                                        const std::filesystem::path& plan,
                                                        const std::filesystem::path& out,
                                                        const std::string& dataset) const {
  std::vector<std::string> arguments = RunArguments(project, site, input, dataset);
  arguments[0] = "tokenize";
  Append({"--plan", plan, "--out", out}, &arguments);
  return arguments;
}

void TestNetwork::Upload(const std::string& project, const std::string& site,
                         const std::filesystem::path& input, const std::string& dataset) {
  const Finished sent = Agent("site/" + site, RunArguments(project, site, input, dataset));
  EXPECT_EQ(sent.code, 0) << sent.err << sent.out;
}

void TestNetwork::Link(const std::string& project, std::vector<std::string> more_arguments) {
  std::vector<std::string> arguments = {"linkage", "start",     "--project",
                                        project,   "--partial", "--wait"};
  Append(std::move(more_arguments), &arguments);
  const Finished linked = Coordinator(std::move(arguments));
  EXPECT_EQ(linked.code, 0) << linked.err << linked.out;
}

std::string TestNetwork::OwnId(const std::string& site, const std::string& pseudonym) const {
  static std::map<std::pair<std::filesystem::path, std::string>, std::string> known;
  const auto find = [&] { return known.find({StateOf(site), pseudonym}); };
  if (find() == known.end()) {
    for (const auto& entry : std::filesystem::directory_iterator(StateOf(site))) {
      if (!absl::EndsWith(entry.path().string(), ".map.csv")) continue;
      const auto map = CsvReader::Open(entry.path());
      while (map.ok() && (*map)->Next().value_or(false)) {
        known[{StateOf(site), (*map)->fields()[1]}] = (*map)->fields()[0];
      }
    }
  }
  const auto found = find();
  return absl::StrCat(site, "/", found == known.end() ? "unknown " + pseudonym : found->second);
}

std::vector<std::vector<std::string>> TestNetwork::Fetch(const std::string& what,
                                                         const std::string& project,
                                                         std::vector<std::string> columns) {
  std::vector<std::vector<std::string>> rows;
  const std::filesystem::path file = folder_ / ("fetched-" + what + ".csv");
  for (const auto& old : {file, std::filesystem::path(file.string() + ".manifest.json")}) {
    std::filesystem::remove(old);
  }
  const Finished fetched = Researcher({what, "--project", project, "--out", file});
  EXPECT_EQ(fetched.code, 0) << fetched.err;
  if (fetched.code != 0) return rows;
  const auto csv = CsvReader::Open(file);
  EXPECT_TRUE(csv.ok()) << csv.status();
  const std::vector<absl::string_view> names(columns.begin(), columns.end());
  const auto at = (*csv)->ColumnsOf(names);
  EXPECT_TRUE(at.ok()) << at.status();
  while ((*csv)->Next().value_or(false)) {
    std::vector<std::string>& row = rows.emplace_back();
    for (const size_t column : *at) row.push_back((*csv)->fields()[column]);
  }
  return rows;
}

std::vector<std::string> TestNetwork::Pairs(const std::string& project) {
  std::vector<std::string> pairs;
  for (const auto& row : Fetch(
           "pairs", project, {"left_site", "left_record", "right_site", "right_record", "rule"})) {
    pairs.push_back(absl::StrCat(OwnId(row[0], row[1]), " ", OwnId(row[2], row[3]), " ", row[4]));
  }
  std::sort(pairs.begin(), pairs.end());
  return pairs;
}

std::vector<std::string> TestNetwork::Entities(const std::string& project) {
  std::map<std::string, std::vector<std::string>> members;
  for (const auto& row : Fetch("entities", project, {"entity", "site", "record"})) {
    members[row[0]].push_back(OwnId(row[1], row[2]));
  }
  std::vector<std::string> entities;
  for (auto& [entity, records] : members) {
    if (records.size() < 2) continue;
    std::sort(records.begin(), records.end());
    entities.push_back(absl::StrJoin(records, "="));
  }
  std::sort(entities.begin(), entities.end());
  return entities;
}

std::vector<std::string> TestNetwork::FetchedLines(const std::string& what,
                                                   const std::string& project) {
  const Finished fetched = Researcher({what, "--project", project, "--out", "-"});
  EXPECT_EQ(fetched.code, 0) << fetched.err;
  std::vector<std::string> lines = absl::StrSplit(fetched.out, '\n', absl::SkipEmpty());
  std::sort(lines.begin(), lines.end());
  return lines;
}

std::filesystem::path TestNetwork::Write(const std::string& name,
                                         const std::string& content) const {
  const std::filesystem::path file = folder_ / name;
  if (!WriteFileAtomically(file, content, 0600).ok()) abort();
  return file;
}

std::filesystem::path ShippedPlan(const std::string& name) {
  return std::filesystem::path(BLINDLINK_SOURCE_DIR) / "deploy" / "plans" / (name + ".textproto");
}

}  // namespace blindlink
