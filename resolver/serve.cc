#include "resolver/serve.h"

#include <malloc.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <thread>

#include "absl/strings/str_cat.h"
#include "common/base/fd.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"
#include "common/cli/exit_code.h"
#include "common/cli/stop_signals.h"
#include "common/cli/version.h"
#include "common/crypto/passphrase.h"
#include "common/telemetry/log.h"
#include "resolver/audit/audit_log.h"
#include "resolver/audit/own_decision.h"
#include "resolver/authz/client_list.h"
#include "resolver/config/resolver_config.h"
#include "resolver/console/console.h"
#include "resolver/engine/index_engines.h"
#include "resolver/metrics/metrics_listener.h"
#include "resolver/project/project_store.h"
#include "resolver/service/handshake_log.h"
#include "resolver/service/server.h"

namespace blindlink::resolver {
namespace {

constexpr rlim_t kWantedFiles = 65536;

// gRPC 1.51 stops accepting connections permanently once it runs out of file descriptors
// (CVE-2023-4785).
void RaiseFileLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max == RLIM_INFINITY ? kWantedFiles : limit.rlim_max;
  if (setrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < kWantedFiles) {
    spdlog::warn("event=descriptor-limit-low limit={} wanted={}", limit.rlim_cur, kWantedFiles);
  }
}

// By default glibc has eight arenas for each processor, each of which keeps up to 64 MiB of freed
// memory: with several threads, as much again as a small memory budget.
void GiveBackFreedMemory() {
  constexpr int kMostKept = 4 << 20;
  constexpr unsigned kLeastArenas = 4;
  mallopt(M_ARENA_MAX,
          static_cast<int>(std::max(kLeastArenas, std::thread::hardware_concurrency())));
  mallopt(M_MMAP_THRESHOLD, kMostKept);
  mallopt(M_TRIM_THRESHOLD, kMostKept);
}

// Everything acknowledged is on disk, so there is nothing to wait for. Whoever runs the resolver
// starts it again.
void EndDeafProcess() {
  spdlog::error("event=listener-dead exit_code={} why=\"{}\"", kExitDeaf,
                "the resolver cannot connect to itself any more");
  _exit(kExitDeaf);
}

// RocksDB asserts that a file which could not be written is not written to again, and so ends the
// process when the disk is full at the wrong moment. Says so, and what to do.
void ExplainAbort(int) {
  constexpr char kExplanation[] =
      "blindlink-resolver: event=server-aborted why=\"an assertion failed: see the line before "
      "this; if "
      "the disk is full or damaged, make room or repair it\"; start the resolver again: what was "
      "acknowledged is on disk\n";
  [[maybe_unused]] const ssize_t written =
      write(STDERR_FILENO, kExplanation, sizeof(kExplanation) - 1);
  _exit(kExitDisk);
}

// And the mode of files.
void HandleSignals() {
  signal(SIGABRT, ExplainAbort);
  signal(SIGPIPE, SIG_IGN);
  signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is a full disk
  // RocksDB makes its files with the widest mode that this allows.
  umask(077);
}

absl::StatusOr<std::unique_ptr<AuditLog>> OpenAuditLog(const config::v1::ResolverConfig& config) {
  AuditFolders folders = AuditFolders::In(config.data_directory());
  if (!config.audit_key_directory().empty()) folders.key = config.audit_key_directory();
  BL_ASSIGN_OR_RETURN(std::unique_ptr<AuditLog> audit, AuditLog::Open(folders));
  v1::AuditEntry started;
  started.set_kind(v1::RESOLVER_STARTED);
  audit->AppendLater(std::move(started));
  return audit;
}

// Writes the port to the file, if there is to be one.
absl::Status WritePort(const std::string& file, int port) {
  if (file.empty()) return absl::OkStatus();
  return WriteFileAtomically(file, absl::StrCat(port, "\n"), 0644);
}

// Tells systemd that the resolver serves (sd_notify(3)), if systemd started it and wants to know.
void NotifyReady() {
  const char* path = getenv("NOTIFY_SOCKET");
  sockaddr_un address{};
  if (path == nullptr || strlen(path) >= sizeof(address.sun_path)) return;
  address.sun_family = AF_UNIX;
  memcpy(address.sun_path, path, strlen(path));
  if (address.sun_path[0] == '@') address.sun_path[0] = '\0';  // an abstract socket
  constexpr absl::string_view kReady = "READY=1";
  const UniqueFd fd(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + strlen(path));
  if (sendto(fd.get(), kReady.data(), kReady.size(), MSG_NOSIGNAL,
             reinterpret_cast<const sockaddr*>(&address), size) < 0) {  // NOLINT
    spdlog::warn("event=systemd-not-told why={}", LogQuote(strerror(errno)));
  }
}

// What is served beside gRPC, if the configuration says so. Must end before the server does.
struct Extras {
  std::unique_ptr<Console> console;
  std::unique_ptr<MetricsListener> metrics;
};

absl::StatusOr<Extras> StartExtras(const config::v1::ResolverConfig& config, ClientList& clients,
                                   Server& server) {
  Extras extras;
  if (!config.console_listen().empty()) {
    BL_ASSIGN_OR_RETURN(extras.console,
                        Console::Start(config, {server.InProcessChannel(), server.on_behalf(),
                                                server.certificates(), clients, server.limits()}));
    BL_RETURN_IF_ERROR(WritePort(config.console_port_file(), extras.console->port()));
    spdlog::info("event=console-started port={}", extras.console->port());
  }
  if (!config.metrics_listen().empty()) {
    BL_ASSIGN_OR_RETURN(extras.metrics, MetricsListener::Start(config.metrics_listen(), [&server] {
                          return server.health().Now();
                        }));
    BL_RETURN_IF_ERROR(WritePort(config.metrics_port_file(), extras.metrics->port()));
    spdlog::info("event=metrics-started port={}", extras.metrics->port());
  }
  return extras;
}

}  // namespace

void PrepareForIndexes() {
  HandleSignals();
  RaiseFileLimit();
  GiveBackFreedMemory();
}

absl::Status Serve(const std::string& config_file, bool check_only) {
  HandleSignals();
  const sigset_t signals = BlockStopSignals();
  BL_ASSIGN_OR_RETURN(const config::v1::ResolverConfig config, ReadResolverConfig(config_file));
  BL_RETURN_IF_ERROR(StartLogging("blindlink-resolver", config.log_file()));
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<ClientList> clients,
                      ClientList::Open(config.allowed_clients_file()));
  BL_RETURN_IF_ERROR(Server::CheckCertificates(config));
  BL_ASSIGN_OR_RETURN(const std::shared_ptr<const IndexEngine> engine,
                      MakeIndexEngine(config.index()));
  if (check_only) return absl::OkStatus();
  TakeOverGrpcLog();
  RaiseFileLimit();
  GiveBackFreedMemory();
  if (!config.passphrase_file().empty()) UsePassphraseFile(config.passphrase_file());
  BL_RETURN_IF_ERROR(MakePrivateFolder(config.data_directory()));
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<AuditLog> audit, OpenAuditLog(config));
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<ProjectStore> store,
                      ProjectStore::Open(config.data_directory(),
                                         {config.memory_budget_mib() << 20, config.threads()},
                                         config.keys_directory(), engine, DecisionsInto(*audit)));
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<Server> server,
                      Server::Start(config, *clients, *store, *audit, &EndDeafProcess));
  BL_ASSIGN_OR_RETURN(const Extras extras, StartExtras(config, *clients, *server));
  BL_RETURN_IF_ERROR(WritePort(config.port_file(), server->port()));
  spdlog::info("event=server-started port={} clients={} version={} build={}", server->port(),
               clients->size(), std::string(Version()), Build());
  NotifyReady();

  int received = 0;
  sigwait(&signals, &received);
  spdlog::info("event=server-stopping signal={}", received);
  return absl::OkStatus();
}

}  // namespace blindlink::resolver
