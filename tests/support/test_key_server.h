#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/subprocess.h"
#include "tests/support/test_network.h"

namespace blindlink {

// A key server of the build in its own process on a free port, for the sites of a TestNetwork, with
// its files in a folder of the network's. Not thread-safe; aborts the test program if it cannot be
// set up.
class TestKeyServer {
 public:
  struct Options {
    std::string folder = "keyserver";
    std::string project = "flu";
    std::vector<std::string> sites = {"north", "south"};
    uint64_t elements_per_day = 1'000'000;
  };
  // Makes its certificate and the project's key, and starts it.
  TestKeyServer(TestNetwork& network, Options options);

  // Later starts use the port of the first one.
  void Start();
  int Stop();  // SIGTERM; returns the exit code
  void Kill();
  void SetElementsPerDay(uint64_t elements) { options_.elements_per_day = elements; }

  // For the plan: "oblivious_key { public_key: ... }".
  std::string PlanText() const;
  // --key-server.
  std::vector<std::string> Flags() const { return {"--key-server", "127.0.0.1:" + port_}; }
  // Everything that it has logged, over all its processes.
  std::string Log() const;
  std::filesystem::path folder() const { return folder_; }
  std::filesystem::path config() const { return folder_ / "keyserver.textproto"; }
  Subprocess& process() { return *process_; }

 private:
  void WriteConfig();

  TestNetwork& network_;
  Options options_;
  const std::filesystem::path folder_;
  std::string port_ = "0";
  std::string log_of_earlier_;
  std::unique_ptr<Subprocess> process_;
};

}  // namespace blindlink
