#include <signal.h>
#include <sys/stat.h>

#include <memory>
#include <string>

#include "CLI/App.hpp"
#include "CLI/Config.hpp"
#include "CLI/Formatter.hpp"
#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "common/base/hex.h"
#include "common/base/status_macros.h"
#include "common/cli/stop_signals.h"
#include "common/cli/version.h"
#include "common/crypto/passphrase.h"
#include "common/telemetry/log.h"
#include "keyserver/commands/commands.h"
#include "keyserver/config/keyserver_config.h"
#include "keyserver/service/server.h"

namespace blindlink::keyserver {
namespace {

struct ServeFlags {
  std::string config_file;
  bool check_only = false;
};

absl::Status Serve(const ServeFlags& flags) {
  const sigset_t signals = BlockStopSignals();
  umask(077);
  BL_ASSIGN_OR_RETURN(const config::v1::KeyServerConfig config,
                      ReadKeyServerConfig(flags.config_file));
  if (!config.passphrase_file().empty()) UsePassphraseFile(config.passphrase_file());
  if (flags.check_only) return Server::CheckFiles(config).status();
  BL_RETURN_IF_ERROR(StartLogging("blindlink-keyserver", config.log_file()));
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<Server> server, Server::Start(config));
  if (!config.port_file().empty()) {
    BL_RETURN_IF_ERROR(
        WriteFileAtomically(config.port_file(), absl::StrCat(server->port(), "\n"), 0644));
  }
  spdlog::info("event=server-started port={} projects={} version={} build={}", server->port(),
               config.projects_size(), std::string(Version()), Build());
  int received = 0;
  sigwait(&signals, &received);
  spdlog::info("event=server-stopping signal={}", received);
  return absl::OkStatus();
}

}  // namespace

Command AddServeCommand(CLI::App& app) {
  CLI::App* command = app.add_subcommand("serve", "Answer the sites until it is told to stop");
  auto flags = std::make_shared<ServeFlags>();
  command->add_option("--config", flags->config_file, "Configuration (textproto)")->required();
  command->add_flag("--check", flags->check_only, "Only check the configuration and its files");
  command->footer(
      "Example:\n  blindlink-keyserver serve --config /etc/blindlink/keyserver.textproto");
  return {command, [flags] { return Serve(*flags); }};
}

}  // namespace blindlink::keyserver
