// Everything at once: bombs, resets, silent and slow clients, floods of names and plans, and
// certificates that are not listed, while two honest sites upload and a coordinator links.
//
// BLINDLINK_SIEGE_SECONDS sets how long it lasts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "blindlink/v1/project_service.grpc.pb.h"
#include "tests/integration/hostile_client.h"
#include "tests/support/generated_people.h"
#include "tests/support/sanitizers.h"
#include "tests/support/test_network.h"

namespace blindlink {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;
using Lines = std::vector<std::string>;

constexpr int kPeople = kSanitized ? 2000 : 10000;
constexpr uint64_t kBudgetMib = 32;
constexpr uint64_t kGrpcMib = 64;
// The program and its libraries, RocksDB's tables, the records of a run.
constexpr uint64_t kBesidesMib = 80;

seconds Duration() {
  int value = 20;
  if (const char* set = std::getenv("BLINDLINK_SIEGE_SECONDS")) (void)absl::SimpleAtoi(set, &value);
  return seconds(value);
}

void Sleep(milliseconds time) { std::this_thread::sleep_for(time); }

// Threads that do the same over and over until they are told to stop.
class Attackers {
 public:
  ~Attackers() { Stop(); }
  void Add(const std::string& name, std::function<void()> attack) {
    attacks_.push_back(std::make_unique<Attack>(name));
    Attack& added = *attacks_.back();
    added.thread = std::thread([this, &added, attack = std::move(attack)] {
      while (!stopping_) {
        attack();
        ++added.times;
      }
    });
  }
  void Stop() {
    stopping_ = true;
    for (const auto& attack : attacks_) {
      if (!attack->thread.joinable()) continue;
      attack->thread.join();
      std::cout << attack->name << ": " << attack->times << " times\n";
      EXPECT_GT(attack->times, 0) << attack->name;
    }
  }

 private:
  struct Attack {
    explicit Attack(std::string of) : name(std::move(of)) {}
    const std::string name;
    std::atomic<int> times{0};
    std::thread thread;
  };
  std::atomic<bool> stopping_{false};
  std::vector<std::unique_ptr<Attack>> attacks_;
};

class Siege : public testing::Test {
 protected:
  Siege() : network_({{"north", "south"}, {}, {}}) {
    network_.certs().Add({"site/mallory", "site/ghost", "site/watcher", "coordinator/flooder"});
    network_.certs().Revoke("site/ghost");
    network_.Write("north.csv", GeneratedPeople(1, kPeople));
    network_.Write("south.csv", GeneratedPeople(kPeople / 2, kPeople, true));
  }

  // Both sites upload at once, then a run: the match pairs.
  Lines LinkedPairs(const std::string& project) {
    network_.CreateProject(project, ShippedPlan("mini-sentinel-phase2"));
    std::vector<std::unique_ptr<Subprocess>> agents;
    for (const char* site : {"north", "south"}) {
      agents.push_back(std::make_unique<Subprocess>(network_.Command(
          "blindlink-agent", absl::StrCat("site/", site),
          network_.RunArguments(project, site, network_ / absl::StrCat(site, ".csv")))));
    }
    for (const auto& agent : agents) EXPECT_EQ(agent->Wait(seconds(300)), 0) << agent->Stderr();
    network_.Link(project);
    return network_.Pairs(project);
  }

  void AddAttackers() {
    attackers_.Add("bombs", [this] {
      HostileClient mallory(network_, "site/mallory");
      EXPECT_FALSE(mallory.Bomb(64, GRPC_COMPRESS_GZIP).ok());
      EXPECT_FALSE(mallory.BombInStream(64).ok());
      Sleep(milliseconds(100));
    });
    attackers_.Add("resets", [this] {
      HostileClient(network_, "site/mallory").ResetStreams(300);
      Sleep(milliseconds(50));
    });
    attackers_.Add("silent streams", [this] {
      HostileClient mallory(network_, "site/mallory");
      mallory.OpenSilentStreams(64);
      for (const absl::Status& end : mallory.AwaitEnds()) EXPECT_FALSE(end.ok());
    });
    attackers_.Add("connections that say nothing or nonsense", [this] { SlowConnections(); });
    attackers_.Add("names", [this] {
      HostileClient mallory(network_, "site/mallory");
      for (int i = 0; i < 50; ++i) {
        EXPECT_FALSE(mallory.BeginUpload(absl::StrCat("p", i), "d1").ok());
        EXPECT_FALSE(mallory.BeginUpload(std::string(100'000, 'n'), "d1").ok());
      }
    });
    attackers_.Add("plans", [this] { FloodOfPlans(); });
    attackers_.Add("certificates that are not listed", [this] {
      EXPECT_FALSE(HostileClient(network_, "site/ghost").Health().ok());
      Sleep(milliseconds(20));
    });
    attackers_.Add("questions whether all is well", [this] { AskWhetherAllIsWell(); });
  }

  // All threads may be taken for a moment, and the resolver says so; it must never be silent.
  void AskWhetherAllIsWell() {
    if (watcher_ == nullptr) watcher_ = std::make_unique<HostileClient>(network_, "site/watcher");
    const absl::StatusOr<bool> healthy = watcher_->Health();
    EXPECT_TRUE(healthy.ok()) << healthy.status();
    ++(healthy.value_or(false) ? times_healthy_ : times_not_healthy_);
    Sleep(milliseconds(100));
  }

  void SlowConnections() {
    std::vector<int> sockets;
    for (int i = 0; i < 20; ++i) sockets.push_back(ConnectPlainly(network_.address()));
    for (size_t i = 0; i < sockets.size(); i += 2) {
      (void)send(sockets[i], "\x16\x03\x01 nonsense", 12, MSG_NOSIGNAL);
    }
    Sleep(milliseconds(300));
    for (const int fd : sockets) close(fd);
  }

  void FloodOfPlans() {
    HostileClient flooder(network_, "coordinator/flooder");
    const auto stub = v1::Project::NewStub(flooder.channel());
    for (int i = 0; i < 20; ++i) {
      grpc::ClientContext context;
      v1::CreateProjectRequest request;
      request.set_name(absl::StrCat("flood-", i));
      request.set_plan_text(std::string(200'000, '{'));
      v1::ProjectInfo info;
      EXPECT_FALSE(stub->CreateProject(&context, request, &info).ok());
      Sleep(milliseconds(20));
    }
  }

  TestNetwork network_;
  std::unique_ptr<HostileClient> watcher_;
  int times_healthy_ = 0;
  int times_not_healthy_ = 0;
  Attackers attackers_;
};

TEST_F(Siege, DoesNotChangeWhatHonestSitesGetNorFillTheMemory) {
  const Lines calm = LinkedPairs("flu");
  EXPECT_GT(calm.size(), kPeople / 3u);
  network_.StopResolver();
  network_.Configure(
      network_ / "besieged",
      absl::StrCat("memory_budget_mib: ", kBudgetMib, " grpc_memory_mib: ", kGrpcMib,
                   " first_message_ms: 500 idle_stream_ms: 5000 watchdog_failures: 30 "
                   "max_connections_per_party_per_minute: 2000 watchdog_interval_ms: 500"));
  network_.StartResolver();
  AddAttackers();
  const auto end = steady_clock::now() + Duration();
  int rounds = 0;
  do {
    EXPECT_EQ(LinkedPairs(absl::StrCat("flu-", rounds++)) == calm, true) << "the pairs differ";
  } while (steady_clock::now() < end);
  attackers_.Stop();
  ASSERT_TRUE(network_.resolver().Running())
      << "ended with " << network_.resolver().Wait() << "\n"
      << network_.ResolverLog().substr(std::max<size_t>(network_.ResolverLog().size(), 3000) -
                                       3000);
  EXPECT_TRUE(WaitUntil([&] { return watcher_->Health().value_or(false); }));
  std::cout << "SERVING " << times_healthy_ << " times, NOT_SERVING " << times_not_healthy_ << "\n";
  watcher_.reset();
  const uint64_t peak = network_.resolver().PeakMemoryMib();
  std::cout << rounds << " rounds; the resolver: at most " << peak
            << " MiB resident; its log: " << network_.ResolverLog().size() / 1024 << " KiB\n";
  if (!kSanitized) {
    EXPECT_LT(peak, kBudgetMib + kGrpcMib + kBesidesMib);
  }
  EXPECT_EQ(network_.StopResolver(), 0);
}

}  // namespace
}  // namespace blindlink
