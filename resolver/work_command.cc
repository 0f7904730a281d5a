#include "resolver/work_command.h"

#include <signal.h>
#include <sys/stat.h>

#include <atomic>
#include <chrono>
#include <ctime>
#include <future>
#include <memory>
#include <string>

#include "CLI/App.hpp"
#include "common/base/files.h"
#include "common/base/in_thread.h"
#include "common/base/status_macros.h"
#include "common/cli/stop_signals.h"
#include "common/cli/version.h"
#include "common/rpc/unwitnessed_channel.h"
#include "common/telemetry/log.h"
#include "resolver/config/worker_config.h"
#include "resolver/engine/index_engines.h"
#include "resolver/worker/worker.h"

namespace blindlink::resolver {
namespace {

struct WorkFlags {
  std::string config_file;
  bool check_only = false;
};

WorkerOptions OptionsOf(const config::v1::WorkerConfig& config, LearnedRun::OpenIndex open) {
  WorkerOptions options;
  options.connection.resolver = config.resolver();
  options.connection.resolver_name = config.resolver_name();
  options.connection.ca = config.ca_file();
  options.connection.cert = config.certificate_file();
  options.connection.key = config.private_key_file();
  options.near_shards.assign(config.near_shards().begin(), config.near_shards().end());
  options.folder = config.scratch_directory();
  options.limits = {config.memory_budget_mib() << 20, config.threads()};
  options.open = std::move(open);
  return options;
}

// Waits for one of the signals, or for the end of the work.
void AwaitEnd(const sigset_t& signals, const std::future<absl::Status>& work) {
  const timespec patience{0, 200'000'000};
  while (work.wait_for(std::chrono::seconds(0)) != std::future_status::ready) {
    if (sigtimedwait(&signals, nullptr, &patience) > 0) return;
  }
}

absl::Status Work(const WorkFlags& flags) {
  const sigset_t signals = BlockStopSignals();
  umask(077);

  BL_ASSIGN_OR_RETURN(const config::v1::WorkerConfig config, ReadWorkerConfig(flags.config_file));
  BL_RETURN_IF_ERROR(StartLogging("blindlink-worker", config.log_file()));
  BL_ASSIGN_OR_RETURN(LearnedRun::OpenIndex open, MakeSharedIndexOpener(config.clickhouse()));
  const WorkerOptions options = OptionsOf(config, std::move(open));
  BL_RETURN_IF_ERROR(ConnectUnwitnessed(options.connection).status());
  if (flags.check_only) return absl::OkStatus();
  BL_RETURN_IF_ERROR(MakePrivateFolder(options.folder));
  std::atomic<bool> stop = false;
  std::future<absl::Status> work = InThread([&] { return RunWorker(options, stop); });
  spdlog::info("event=worker-started threads={} version={} build={}", config.threads(),
               std::string(Version()), Build());
  AwaitEnd(signals, work);
  spdlog::info("event=worker-stopping");
  stop = true;
  return work.get();
}

}  // namespace

Command AddWorkCommand(CLI::App& app) {
  CLI::App* command = app.add_subcommand(
      "work",
      "Take part in the resolver's runs, beside the shards of a cluster, until told to stop");
  auto flags = std::make_shared<WorkFlags>();
  command->add_option("--config", flags->config_file, "Configuration (textproto)")->required();
  command->add_flag("--check", flags->check_only, "Only check the configuration and its files");
  command->footer(
      "Its certificate for the resolver is spiffe://blindlink/worker/<name>, which must be in the\n"
      "resolver's list of clients. A worker keeps nothing and may be stopped at any time: others "
      "do\n"
      "what it has not finished.\n"
      "Example:\n  blindlink-resolver work --config /etc/blindlink/worker.textproto");
  return {command, [flags] { return Work(*flags); }};
}

}  // namespace blindlink::resolver
