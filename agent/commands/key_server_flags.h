#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "agent/key_server/key_server_relay.h"
#include "agent/oblivious/evaluation_lanes.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace blindlink::agent {

// How `run` and `tokenize` reach the key server of a plan with oblivious match keys.
struct KeyServerFlags {
  std::string address;  // host:port; empty: none
  std::string name = "keyserver.blindlink";
  std::string ca;
};

// Adds --key-server, --key-server-name and --key-server-ca; returns the first. `flags` must outlive
// `app`.
CLI::Option* AddKeyServerFlags(CLI::App& app, KeyServerFlags* flags);

// The lanes between the two halves of the agent; nothing without a key server. Call it before the
// half that reads is started.
absl::StatusOr<std::optional<EvaluationLanes>> LanesTo(const KeyServerFlags& flags);

// In the half that reads: what asks over the lanes; null without lanes.
std::unique_ptr<LaneEvaluator> EvaluatorOver(std::optional<EvaluationLanes>* lanes);

// In the half that sends, once the other is started: what answers over the lanes. Null without
// lanes. `site` has the site's certificate, key and CA.
absl::StatusOr<std::unique_ptr<KeyServerRelay>> StartRelay(const KeyServerFlags& flags,
                                                           ConnectionFlags site,
                                                           const std::string& project,
                                                           const std::atomic<bool>* interrupted,
                                                           std::optional<EvaluationLanes>* lanes);

}  // namespace blindlink::agent
