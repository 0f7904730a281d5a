#include "agent/isolation/offline.h"

#include <gtest/gtest.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <functional>
#include <future>
#include <string>
#include <thread>

namespace blindlink::agent {
namespace {

// What `work` returns, in a child of its own, since the filter is for good.
int InChild(const std::function<int()>& work) {
  const pid_t child = fork();
  if (child == 0) _exit(work());
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

// The error of `call` in a process that is offline; 0 if it succeeds.
int ErrorOffline(const std::function<long()>& call) {
  return InChild([&] {
    if (!GoOffline().ok()) return 255;
    return call() < 0 ? errno : 0;
  });
}

TEST(Offline, NoSocketOfAnyKindCanBeMade) {
  EXPECT_EQ(InChild([] { return socket(AF_INET, SOCK_STREAM, 0) < 0 ? errno : 0; }), 0);
  for (const int family : {AF_INET, AF_INET6, AF_UNIX, AF_NETLINK, AF_VSOCK}) {
    EXPECT_EQ(ErrorOffline([&] { return socket(family, SOCK_STREAM, 0); }), EPERM) << family;
  }
  int ends[2];
  EXPECT_EQ(ErrorOffline([&] { return socketpair(AF_UNIX, SOCK_STREAM, 0, ends); }), EPERM);
}

TEST(Offline, AnOpenSocketIsOfNoUseToReachAnybody) {
  int ends[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  EXPECT_EQ(ErrorOffline([&] { return send(ends[0], "x", 1, 0); }), EPERM);
  const sockaddr nowhere{};
  EXPECT_EQ(ErrorOffline([&] { return connect(ends[0], &nowhere, sizeof nowhere); }), EPERM);
  close(ends[0]);
  close(ends[1]);
}

TEST(Offline, NoProgramCanBeStarted) {
  char program[] = "/bin/true";
  char* arguments[] = {program, nullptr};
  EXPECT_EQ(ErrorOffline([&] { return execv(program, arguments); }), EPERM);
}

TEST(Offline, NoOtherProcessCanBeLookedInto) {
#if defined(BLINDLINK_ADDRESS_SANITIZER)
  GTEST_SKIP() << "AddressSanitizer's check for leaks needs ptrace";
#endif
  EXPECT_EQ(ErrorOffline([] { return ptrace(PTRACE_TRACEME, 0, nullptr, nullptr); }), EPERM);
  EXPECT_EQ(ErrorOffline([] { return syscall(SYS_process_vm_readv, getppid(), 0, 0, 0, 0, 0); }),
            EPERM);
}

TEST(Offline, IoUringIsNoWayAround) {
  EXPECT_EQ(ErrorOffline([] { return syscall(SYS_io_uring_setup, 1, nullptr); }), EPERM);
}

TEST(Offline, HoldsForThreadsThatRunAlready) {
  const int result = InChild([] {
    std::promise<void> offline;
    std::promise<int> error;
    std::thread earlier([&] {
      offline.get_future().wait();
      error.set_value(socket(AF_INET, SOCK_STREAM, 0) < 0 ? errno : 0);
    });
    const bool gone = GoOffline().ok();
    offline.set_value();
    earlier.join();
    return gone ? error.get_future().get() : 255;
  });
  EXPECT_EQ(result, EPERM);
}

TEST(Offline, FilesAndThreadsWorkAsBefore) {
  const int result = InChild([] {
    if (!GoOffline().ok()) return 1;
    std::string line;
    std::thread reader([&] { std::getline(std::ifstream("/proc/self/status"), line); });
    reader.join();
    return line.empty() ? 2 : 0;
  });
  EXPECT_EQ(result, 0);
}

}  // namespace
}  // namespace blindlink::agent
