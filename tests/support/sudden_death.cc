#include "tests/support/sudden_death.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <new>

namespace blindlink {

// As in sudden_death.c.
struct SuddenDeath::Shared {
  std::atomic<uint64_t> calls{0};
  std::atomic<uint64_t> dies_at{0};
  std::atomic<uint32_t> torn{0};
  char call[32] = "";
  char file[512] = "";
  std::array<std::atomic<uint64_t>, kShared> shared{};  // not known in C
};

// NOLINTNEXTLINE(readability-identifier-naming): it is defined in C.
extern "C" std::atomic<void*> blindlink_sudden_death;

SuddenDeath::SuddenDeath()
    : shared_([] {
        void* memory = mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE,
                            MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        if (memory == MAP_FAILED) abort();
        return new (memory) Shared;
      }()) {}

SuddenDeath::~SuddenDeath() { munmap(shared_, sizeof(Shared)); }

uint64_t SuddenDeath::calls() const { return shared_->calls; }
std::atomic<uint64_t>& SuddenDeath::shared(size_t index) { return shared_->shared.at(index); }

std::optional<SuddenDeath::Place> SuddenDeath::Run(uint64_t call, bool torn,
                                                   const std::function<int()>& code) {
  shared_->calls = 0;
  shared_->dies_at = call == 0 ? ~uint64_t{0} : call;
  shared_->torn = torn ? 1 : 0;
  fflush(nullptr);
  const pid_t child = fork();
  if (child < 0) abort();
  if (child == 0) {
    blindlink_sudden_death = shared_;
    const int result = code();
    fflush(nullptr);
    _exit(result);
  }
  int status = 0;
  if (waitpid(child, &status, 0) != child) abort();
  const bool killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
  if (killed && shared_->calls >= shared_->dies_at) return Place{shared_->call, shared_->file};
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0)
      << "the process ended with status " << status << ", not where it was to die";
  return std::nullopt;
}

}  // namespace blindlink
