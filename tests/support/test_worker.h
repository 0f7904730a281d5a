#pragma once

#include <memory>
#include <string>

#include "tests/support/subprocess.h"
#include "tests/support/test_network.h"

namespace blindlink {

// A worker of a network's resolver, in its own process. Killed on destruction. Not thread-safe;
// aborts the test program if it does not start.
class TestWorker {
 public:
  static constexpr char kParty[] = "worker/near";

  // Gives the network the certificate of kParty, which all its workers have. Call it once.
  static void Allow(TestNetwork& network);

  // `configuration` is appended to the worker's: its cluster, threads and so on. Returns once the
  // program has started; it may join later.
  TestWorker(TestNetwork& network, const std::string& name, const std::string& configuration,
             const std::string& party = kParty);

  // Waits until the resolver knows of so many threads of workers. False: not within a minute.
  static bool WaitFor(TestNetwork& network, int threads);

  // Like a power cut, and a new start.
  void KillAndRestart();
  Subprocess& process() { return *process_; }
  std::filesystem::path scratch() const { return scratch_; }

 private:
  void Start();

  std::filesystem::path configuration_;
  std::filesystem::path scratch_;
  std::unique_ptr<Subprocess> process_;
};

}  // namespace blindlink
