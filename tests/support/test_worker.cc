#include "tests/support/test_worker.h"

#include <signal.h>

#include <chrono>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace blindlink {

void TestWorker::Allow(TestNetwork& network) { network.certs().Add({kParty}); }

TestWorker::TestWorker(TestNetwork& network, const std::string& name,
                       const std::string& configuration, const std::string& party)
    : scratch_(network / absl::StrCat("scratch-", name)) {
  const TestCerts& certs = network.certs();
  configuration_ = network.Write(
      absl::StrCat("worker-", name, ".textproto"),
      absl::StrCat("resolver: \"", network.address(), "\"\nca_file: \"", certs.Ca().string(),
                   "\"\ncertificate_file: \"", certs.Cert(party).string(),
                   "\"\nprivate_key_file: \"", certs.Key(party).string(),
                   "\"\nscratch_directory: \"", scratch_.string(), "\"\n", configuration));
  Start();
}

bool TestWorker::WaitFor(TestNetwork& network, int threads) {
  const std::string wanted = absl::StrCat("\"worker_threads\": \"", threads, "\"");
  return WaitUntil(
      [&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
        return absl::StrContains(network.Coordinator({"health", "--json", "-"}).out, wanted);
      },
      std::chrono::seconds(60));
}

void TestWorker::Start() {
  process_ = std::make_unique<Subprocess>(std::vector<std::string>{
      ProgramPath("blindlink-resolver"), "work", "--config", configuration_.string()});
}

void TestWorker::KillAndRestart() {
  process_->Signal(SIGKILL);
  process_->Wait();
  Start();
}

}  // namespace blindlink
