#include "resolver/backup/halted_process.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <thread>
#include <vector>

#include "absl/status/status.h"

namespace blindlink::resolver {
namespace {

constexpr int kThreads = 4;

// A process in which several threads count.
class Counters {
 public:
  Counters() {
    void* map =
        mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    shared_ = static_cast<Shared*>(map);
    pid_ = fork();
    if (pid_ == 0) Count();
    while (!AllCountOn()) {
    }
  }
  ~Counters() {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    munmap(shared_, sizeof(Shared));
  }
  Counters(const Counters&) = delete;
  Counters& operator=(const Counters&) = delete;

  pid_t pid() const { return pid_; }
  // Whether all threads do within two seconds.
  bool AllCountOn() const {
    const std::vector<uint64_t> before = Counts();
    for (int i = 0; i < 200; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
      const std::vector<uint64_t> now = Counts();
      bool all = true;
      for (int thread = 0; thread < kThreads; ++thread) all &= now[thread] > before[thread];
      if (all) return true;
    }
    return false;
  }
  bool AnyCountsOn() const {
    const std::vector<uint64_t> before = Counts();
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    return Counts() != before;
  }

 private:
  struct Shared {
    std::atomic<uint64_t> counts[kThreads];
  };
  std::vector<uint64_t> Counts() const {
    std::vector<uint64_t> counts;
    for (const auto& count : shared_->counts) counts.push_back(count);
    return counts;
  }
  [[noreturn]] void Count() {
    std::vector<std::thread> threads;
    for (auto& count : shared_->counts) {
      threads.emplace_back([&count] {
        while (true) {
          ++count;
          usleep(50);
        }
      });
    }
    while (true) pause();
  }

  Shared* shared_;
  pid_t pid_;
};

TEST(HaltedProcessTest, NoThreadGoesOnUntilItIsResumed) {
  const Counters counters;
  for (int i = 0; i < 20; ++i) {
    const auto halted = HaltedProcess::Halt(counters.pid());
    ASSERT_TRUE(halted.ok()) << halted.status();
    if (i == 0) {
      EXPECT_FALSE(counters.AnyCountsOn());
    }
    EXPECT_TRUE((*halted)->Resume().ok());
  }
  EXPECT_TRUE(counters.AllCountOn());
}

TEST(HaltedProcessTest, IsResumedWhenTheObjectIsDestroyed) {
  const Counters counters;
  ASSERT_TRUE(HaltedProcess::Halt(counters.pid()).ok());
  EXPECT_TRUE(counters.AllCountOn());
}

TEST(HaltedProcessTest, IsResumedWhenTheHaltingProcessIsKilled) {
  const Counters counters;
  int ready[2];
  ASSERT_EQ(pipe(ready), 0);
  const pid_t halting = fork();
  if (halting == 0) {
    const auto halted = HaltedProcess::Halt(counters.pid());
    const char ok = halted.ok() ? 1 : 0;
    if (write(ready[1], &ok, 1) != 1) _exit(1);
    while (true) pause();
  }
  char ok = 0;
  ASSERT_EQ(read(ready[0], &ok, 1), 1);
  ASSERT_EQ(ok, 1);
  EXPECT_FALSE(counters.AnyCountsOn());
  // What Ctrl-C and the end of a terminal send reaches the whole group; SIGKILL the process.
  kill(halting, SIGKILL);
  waitpid(halting, nullptr, 0);
  EXPECT_TRUE(counters.AllCountOn());
  close(ready[0]);
  close(ready[1]);
}

TEST(HaltedProcessTest, SaysSoIfSomebodyElseResumedIt) {
  const Counters counters;
  const auto halted = HaltedProcess::Halt(counters.pid());
  ASSERT_TRUE(halted.ok()) << halted.status();
  kill(counters.pid(), SIGCONT);
  EXPECT_TRUE(counters.AllCountOn());
  const absl::Status resumed = (*halted)->Resume();
  EXPECT_TRUE(absl::IsAborted(resumed)) << resumed;
}

TEST(HaltedProcessTest, AProcessThatHasEndedIsNotFound) {
  pid_t ended = 0;
  {
    const Counters counters;
    ended = counters.pid();
  }
  EXPECT_TRUE(absl::IsNotFound(HaltedProcess::Halt(ended).status()));
}

}  // namespace
}  // namespace blindlink::resolver
