// blindlink-load: a resolver under the load of a living network: sites that upload, researchers
// that fetch, a coordinator that links and looks at the console, slow clients, and thousands of
// connections of strangers in the second and third quarter. Prints what each kind of call took, and
// fails if an honest call failed, a kind of call made no progress in a quarter, a slow client was
// never cut off, or the resolver's memory or its open files grew. Latencies are printed, never
// judged.
#include <signal.h>
#include <stdio.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "tests/bench/load/call_log.h"
#include "tests/bench/load/center.h"
#include "tests/bench/load/options.h"
#include "tests/bench/load/outcome.h"
#include "tests/bench/load/readers.h"
#include "tests/bench/load/resolver_figures.h"
#include "tests/bench/load/sites.h"
#include "tests/bench/load/slow_clients.h"
#include "tests/bench/load/strangers.h"

namespace blindlink::load {
namespace {

constexpr std::chrono::milliseconds kBetweenLooks{50};
// Of ten strangers, one goes to the console, which holds few at a time.
constexpr size_t kStrangersPerStrangerOfTheConsole = 10;
// What this program and the resolver open besides.
constexpr size_t kOtherFiles = 2000;
constexpr std::chrono::seconds kUntilStrangersStand{30};
constexpr std::chrono::seconds kUntilStrangersAreGone{30};
// Longer than any limit of the resolver's on a silent stream, or on a connection that takes
// nothing.
constexpr std::chrono::seconds kUntilSlowAreCut{180};

// The honest parties at work, each in a thread of its own.
class Honest {
 public:
  Honest(const Options& options, const Center& center, CallLog* log) {
    for (const std::string& site : center.sites()) {
      Add([=, this, &center] { UploadUntil(stopping_, center, site, options.records, log); });
    }
    for (const std::string& researcher : center.researchers()) {
      Add([=, this, &center] { FetchUntil(stopping_, center, researcher, options.people, log); });
    }
    Add([=, this, &center] { LinkUntil(stopping_, center, log); });
    Add([=, this, &center] { LookUntil(stopping_, center, log); });
  }
  ~Honest() { Stop(); }
  // Once each has ended what it does.
  void Stop() {
    stopping_ = true;
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }

 private:
  void Add(std::function<void()> work) { threads_.emplace_back(std::move(work)); }

  std::atomic<bool> stopping_ = false;
  std::vector<std::thread> threads_;
};

class Load {
 public:
  explicit Load(const Options& options)
      : options_(options), center_(options), figures_(center_.network().resolver().pid()) {
    outcome_.options = options;
    outcome_.start = figures_.Look();
  }

  Outcome Run() {
    Honest honest(options_, center_, &log_);
    SlowClients slow(center_);
    for (size_t quarter = 0; quarter < kQuarters; ++quarter) {
      if (quarter == kQuarters - 1) SendStrangersAway();
      log_.BeginQuarter(quarter);
      figures_.BeginQuarter(quarter);
      if (quarter == 1) LetStrangersIn();
      LetQuarterPass();
      NoteStarved(quarter);
    }
    honest.Stop();
    outcome_.cuts = slow.Await(kUntilSlowAreCut);
    outcome_.slow_connection_closed = slow.AwaitClosedConnection(kUntilSlowAreCut);
    TakeFigures();
    return std::move(outcome_);
  }

 private:
  void LetStrangersIn() {
    const size_t of_console = options_.strangers / kStrangersPerStrangerOfTheConsole;
    strangers_ = std::make_unique<Strangers>(std::vector<Strangers::Target>{
        {center_.port(), options_.strangers - of_console}, {center_.console_port(), of_console}});
    const Clock::time_point end = Clock::now() + kUntilStrangersStand;
    while (strangers_->held() < options_.strangers - of_console && Clock::now() < end) {
      std::this_thread::sleep_for(kBetweenLooks);
    }
  }

  void SendStrangersAway() {
    outcome_.strangers_held = strangers_->most_held();
    outcome_.strangers_connected = strangers_->connected();
    outcome_.strangers_refused = strangers_->refused();
    outcome_.strangers_cut_off = strangers_->cut_off();
    strangers_.reset();
    const Clock::time_point end = Clock::now() + kUntilStrangersAreGone;
    const uint64_t usual = figures_.Of(0).most_descriptors;
    while (figures_.Look().descriptors > usual && Clock::now() < end) {
      std::this_thread::sleep_for(kBetweenLooks);
    }
  }

  void LetQuarterPass() {
    const Clock::time_point begin = Clock::now();
    const double least = static_cast<double>(options_.seconds) / static_cast<double>(kQuarters);
    while (SecondsSince(begin) < least ||
           (!log_.WithoutProgress().empty() && SecondsSince(begin) < options_.patience_seconds)) {
      std::this_thread::sleep_for(kBetweenLooks);
    }
  }

  void NoteStarved(size_t quarter) {
    for (const Kind kind : log_.WithoutProgress()) {
      outcome_.starved.push_back(absl::StrCat(NameOf(kind), " in quarter ", quarter + 1));
    }
  }

  void TakeFigures() {
    for (size_t kind = 0; kind < kKinds; ++kind) {
      for (size_t phase = 0; phase < kPhases; ++phase) {
        outcome_.calls[kind][phase] = log_.Of(static_cast<Kind>(kind), static_cast<Phase>(phase));
      }
    }
    outcome_.failures = log_.failures();
    outcome_.failure_texts = log_.FailureTexts();
    for (size_t quarter = 0; quarter < kQuarters; ++quarter) {
      outcome_.quarters[quarter] = figures_.Of(quarter);
    }
    outcome_.end = figures_.Look();
    outcome_.peak_mib = figures_.PeakMib();
    outcome_.resolver_lives = center_.network().resolver().Running();
  }

  const Options options_;
  Center center_;
  CallLog log_;
  Outcome outcome_;
  ResolverFigures figures_;
  std::unique_ptr<Strangers> strangers_;
};

int Run(Options options) {
  signal(SIGPIPE, SIG_IGN);  // a connection that the resolver closes is a failure of its call
  const size_t files = RaiseFileLimit();
  if (files < options.strangers + kOtherFiles) {
    options.strangers = files > kOtherFiles ? files - kOtherFiles : 0;
    fprintf(stderr, "%zu strangers: this system lets a process open %zu files\n", options.strangers,
            files);
  }
  const Outcome outcome = Load(options).Run();
  printf("%s", TextOf(outcome).c_str());
  if (!options.json.empty()) {
    const absl::Status written = WriteFileAtomically(options.json, JsonOf(outcome), 0644);
    if (!written.ok()) {
      fprintf(stderr, "%s\n", written.ToString().c_str());
      return 1;
    }
  }
  return Faults(outcome).empty() ? 0 : 1;
}

}  // namespace
}  // namespace blindlink::load

int main(int argc, char** argv) {
  blindlink::load::Options options;
  CLI::App app("A resolver under the load of a living network; see docs/performance.md.");
  app.add_option("--seconds", options.seconds, "how long")->capture_default_str();
  app.add_option("--sites", options.sites)->check(CLI::Range(2, 99))->capture_default_str();
  app.add_option("--researchers", options.researchers)
      ->check(CLI::Range(1, 99))
      ->capture_default_str();
  app.add_option("--strangers", options.strangers, "connections without a certificate")
      ->capture_default_str();
  app.add_option("--people", options.people, "of the run that is fetched")->capture_default_str();
  app.add_option("--records", options.records, "of a dataset")->capture_default_str();
  app.add_option("--idle-stream-ms", options.idle_stream_ms,
                 "in the resolver's configuration; 0: its default")
      ->capture_default_str();
  app.add_option("--patience", options.patience_seconds,
                 "seconds without progress that are starvation")
      ->capture_default_str();
  app.add_option("--memory-bound-mib", options.memory_bound_mib,
                 "what the last quarter may take more than the first")
      ->capture_default_str();
  app.add_option("--json", options.json, "write the figures to this file too");
  CLI11_PARSE(app, argc, argv);
  return blindlink::load::Run(options);
}
