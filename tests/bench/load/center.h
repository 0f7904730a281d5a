#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "grpcpp/channel.h"
#include "grpcpp/client_context.h"
#include "tests/bench/load/call_log.h"
#include "tests/bench/load/options.h"
#include "tests/support/test_network.h"

namespace blindlink::load {

// The project that all parties of the load take part in.
inline constexpr char kProject[] = "tiny";
// The run that researchers fetch.
inline constexpr char kRun[] = "run-000001";
// Parties that mean no good, with certificates of their own.
inline constexpr char kSlowReader[] = "slow-reader";
inline constexpr char kDeafReader[] = "deaf-reader";
inline constexpr char kStalledSite[] = "stalled";
inline constexpr char kSilentSite[] = "silent";

// A resolver with console, in its own process, and a project with a finished run of two sites.
// Dial() and the constants are thread-safe once it is constructed. Aborts the program if something
// cannot be set up.
class Center {
 public:
  explicit Center(const Options& options);

  const std::vector<std::string>& sites() const { return sites_; }
  const std::vector<std::string>& researchers() const { return researchers_; }
  int port() const;
  int console_port() const { return console_port_; }
  std::filesystem::path log_file() const { return network_ / "resolver.log"; }
  TestNetwork& network() { return network_; }
  const TestNetwork& network() const { return network_; }

  // A connection of its own, over mutual TLS, as `party` ("site/s01"). `address`: empty: the
  // resolver's.
  std::shared_ptr<grpc::Channel> Dial(const std::string& party,
                                      const std::string& address = "") const;

 private:
  TestNetwork network_;
  std::vector<std::string> sites_;
  std::vector<std::string> researchers_;
  int console_port_ = 0;
};

// Waits until the connection stands, and notes how long that took.
absl::Status Connect(CallLog& log, grpc::Channel& channel);

// A call that takes longer than this has failed.
inline constexpr std::chrono::seconds kLongestCall{120};
struct CallContext : grpc::ClientContext {
  CallContext() { set_deadline(std::chrono::system_clock::now() + kLongestCall); }
};

}  // namespace blindlink::load
