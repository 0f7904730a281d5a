#include "agent/commands/key_server_flags.h"

#include <utility>

#include "CLI/App.hpp"
#include "CLI/Config.hpp"
#include "CLI/Formatter.hpp"
#include "common/base/status_macros.h"

namespace blindlink::agent {

CLI::Option* AddKeyServerFlags(CLI::App& app, KeyServerFlags* flags) {
  CLI::Option* address =
      app.add_option("--key-server", flags->address,
                     "host:port of the project's key server, for a plan with oblivious match keys");
  app.add_option("--key-server-name", flags->name,
                 "DNS name in the key server's certificate [keyserver.blindlink]")
      ->needs(address);
  app.add_option("--key-server-ca", flags->ca,
                 "CA of the key server's certificate (PEM) [that of --ca]")
      ->needs(address);
  return address;
}

absl::StatusOr<std::optional<EvaluationLanes>> LanesTo(const KeyServerFlags& flags) {
  if (flags.address.empty()) return std::nullopt;
  BL_ASSIGN_OR_RETURN(EvaluationLanes lanes, EvaluationLanes::Connect());
  return std::optional<EvaluationLanes>(std::move(lanes));
}

std::unique_ptr<LaneEvaluator> EvaluatorOver(std::optional<EvaluationLanes>* lanes) {
  if (!lanes->has_value()) return nullptr;
  // Its own copies of the other half's ends: while they are open, the end of that half is not seen.
  for (MessagePipe& lane : (*lanes)->for_sender) lane.Close();
  return std::make_unique<LaneEvaluator>(std::move((*lanes)->for_reader));
}

absl::StatusOr<std::unique_ptr<KeyServerRelay>> StartRelay(const KeyServerFlags& flags,
                                                           ConnectionFlags site,
                                                           const std::string& project,
                                                           const std::atomic<bool>* interrupted,
                                                           std::optional<EvaluationLanes>* lanes) {
  if (!lanes->has_value()) return nullptr;
  for (MessagePipe& lane : (*lanes)->for_reader) lane.Close();
  site.resolver = flags.address;
  site.resolver_name = flags.name;
  if (!flags.ca.empty()) site.ca = flags.ca;
  return KeyServerRelay::Start({std::move(site), project, interrupted},
                               std::move((*lanes)->for_sender));
}

}  // namespace blindlink::agent
