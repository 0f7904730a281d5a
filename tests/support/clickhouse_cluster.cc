#include "tests/support/clickhouse_cluster.h"

#include <signal.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "tests/support/subprocess.h"

namespace blindlink {
namespace {

std::string ScriptPath() {
  return absl::StrCat(BLINDLINK_SOURCE_DIR, "/tests/support/clickhouse_cluster.sh");
}

// Servers that run already; nullptr: none.
const char* GivenFolder() { return getenv("BLINDLINK_CLICKHOUSE_FOLDER"); }

std::string FirstLine(const std::filesystem::path& file) {
  return std::string(absl::StripAsciiWhitespace(ReadFile(file).value_or("")));
}

// A process that gets SIGSTOP goes on until one of its threads has had the processor.
void WaitUntilStopped(int pid) {
  constexpr int kTimes = 5000;
  for (int i = 0; i < kTimes; ++i) {
    const std::string stat = ReadFile(absl::StrCat("/proc/", pid, "/stat")).value_or("");
    const size_t name_end = stat.rfind(')');
    if (name_end == std::string::npos || stat.compare(name_end, 3, ") T") == 0) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

}  // namespace

std::string ClickHouseCluster::WhyNot() {
  static const bool installed = Run({"sh", "-c", "command -v clickhouse-server"}).code == 0;
  if (installed || GivenFolder() != nullptr) return "";
  return "clickhouse-server is not installed: deploy/install-deps.sh --with-clickhouse "
         "(docs/cluster.md, Trying it on one machine)";
}

ClickHouseCluster& ClickHouseCluster::Shared() {
  static ClickHouseCluster cluster;
  return cluster;
}

ClickHouseCluster::ClickHouseCluster(int shards)
    : root_(GivenFolder() != nullptr ? std::filesystem::path(GivenFolder()) : own_.path()) {
  if (GivenFolder() == nullptr) Script({"start", root_, absl::StrCat(shards)});
}

ClickHouseCluster::~ClickHouseCluster() {
  if (GivenFolder() == nullptr) Script({"stop", root_});
}

void ClickHouseCluster::Script(std::vector<std::string> arguments) const {
  arguments.insert(arguments.begin(), ScriptPath());
  const Finished finished = Run(std::move(arguments));
  if (finished.code == 0) return;
  fprintf(stderr, "%s%s\n", finished.out.c_str(), finished.err.c_str());
  std::abort();
}

uint16_t ClickHouseCluster::Port(int shard) const {
  uint32_t port = 0;
  if (!absl::SimpleAtoi(FirstLine(root_ / absl::StrCat("shard", shard) / "https_port"), &port)) {
    std::abort();
  }
  return static_cast<uint16_t>(port);
}

resolver::ClickHouseOptions ClickHouseCluster::Options(uint64_t border) const {
  resolver::ClickHouseOptions options;
  options.shards = {{{{"127.0.0.1", Port(1)}}, 0}, {{{"127.0.0.1", Port(2)}}, border}};
  options.database = "blindlink";
  options.user = "blindlink";
  const std::string password = FirstLine(root_ / "password");
  options.password =
      SecretBytes({reinterpret_cast<const uint8_t*>(password.data()), password.size()});
  options.ca_file = root_ / "tls/ca.pem";
  options.certificate_file = root_ / "tls/resolver.pem";
  options.private_key_file = root_ / "tls/resolver.key";
  options.rows_per_chunk = 2000;
  options.rows_per_part = 400;
  options.rows_per_range = 1000;
  options.patience = std::chrono::milliseconds(5000);
  return options;
}

resolver::ClickHouseOptions ClickHouseCluster::ReplicatedOptions(uint64_t border) const {
  resolver::ClickHouseOptions options = Options(border);
  for (const int server : {3, 4}) {
    options.shards[static_cast<size_t>(server) - 3].servers.push_back({"127.0.0.1", Port(server)});
  }
  return options;
}

std::string ClickHouseCluster::Configuration(const std::string& more, int shards) const {
  return absl::StrCat("index { ", WorkerConfiguration(more, shards), "}\n");
}

std::string ClickHouseCluster::WorkerConfiguration(const std::string& more, int shards) const {
  std::string endpoints;
  for (int shard = 1; shard <= shards; ++shard) {
    absl::StrAppend(&endpoints, "shards { endpoint: \"127.0.0.1:", Port(shard), "\" } ");
  }
  return ClientConfiguration(endpoints, more);
}

std::string ClickHouseCluster::ReplicatedConfiguration(const std::string& more) const {
  std::string shards;
  for (const int shard : {1, 2}) {
    absl::StrAppend(&shards, "shards { endpoint: \"127.0.0.1:", Port(shard),
                    "\" replicas: \"127.0.0.1:", Port(shard + 2), "\" } ");
  }
  return absl::StrCat("index { ", ClientConfiguration(shards, more), "}\n");
}

std::string ClickHouseCluster::ClientConfiguration(const std::string& shards,
                                                   const std::string& more) const {
  return absl::StrCat("clickhouse { ", shards, "password_file: \"", (root_ / "password").string(),
                      "\" ca_file: \"", (root_ / "tls/ca.pem").string(), "\" certificate_file: \"",
                      (root_ / "tls/resolver.pem").string(), "\" private_key_file: \"",
                      (root_ / "tls/resolver.key").string(), "\" ", more, " }\n");
}

void ClickHouseCluster::Kill(int shard) { Script({"kill", root_, absl::StrCat(shard)}); }

void ClickHouseCluster::Restart(int shard) { Script({"restart", root_, absl::StrCat(shard)}); }

void ClickHouseCluster::Signal(int shard, int signal) {
  int pid = 0;
  if (absl::SimpleAtoi(FirstLine(root_ / absl::StrCat("shard", shard) / "pid"), &pid) && pid > 0) {
    kill(pid, signal);
    if (signal == SIGSTOP) WaitUntilStopped(pid);
  }
}

std::string ClickHouseCluster::Query(int shard, const std::string& sql) {
  const Finished finished = Run({ScriptPath(), "query", root_, absl::StrCat(shard), sql});
  if (finished.code == 0) return finished.out;
  fprintf(stderr, "%s%s\n", finished.out.c_str(), finished.err.c_str());
  std::abort();
}

}  // namespace blindlink
