#include "agent/isolation/offline.h"

#include <seccomp.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"

namespace blindlink::agent {
namespace {

// Everything by which data could leave the process other than to files, or by which somebody else's
// rights could be used. io_uring is here because it does what sockets do without their calls.
constexpr int kForbidden[] = {
    // Sockets.
    SCMP_SYS(socket), SCMP_SYS(socketpair), SCMP_SYS(socketcall), SCMP_SYS(connect), SCMP_SYS(bind),
    SCMP_SYS(listen), SCMP_SYS(accept), SCMP_SYS(accept4), SCMP_SYS(sendto), SCMP_SYS(sendmsg),
    SCMP_SYS(sendmmsg), SCMP_SYS(recvfrom), SCMP_SYS(recvmsg), SCMP_SYS(recvmmsg),
    SCMP_SYS(io_uring_setup), SCMP_SYS(io_uring_enter), SCMP_SYS(io_uring_register),
    // Other programs.
    SCMP_SYS(execve), SCMP_SYS(execveat),
    // Other processes and the kernel.
    SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev), SCMP_SYS(pidfd_open),
    SCMP_SYS(pidfd_getfd), SCMP_SYS(bpf), SCMP_SYS(perf_event_open), SCMP_SYS(userfaultfd),
    SCMP_SYS(keyctl), SCMP_SYS(add_key), SCMP_SYS(request_key), SCMP_SYS(setns), SCMP_SYS(unshare),
    SCMP_SYS(mount), SCMP_SYS(msgget), SCMP_SYS(mq_open)};

#if defined(BLINDLINK_ADDRESS_SANITIZER)
constexpr bool kForbidsPtrace = false;
#else
constexpr bool kForbidsPtrace = true;
#endif

absl::Status Refused(int error) {
  return absl::FailedPreconditionError(absl::StrCat(
      "the kernel takes no seccomp filter (", strerror(error),
      "), so nothing but this program itself keeps what it reads from the network: run it on a "
      "kernel with CONFIG_SECCOMP_FILTER, or in a container that permits seccomp"));
}

}  // namespace

absl::Status GoOffline() {
  const std::unique_ptr<void, decltype(&seccomp_release)> filter(seccomp_init(SCMP_ACT_ALLOW),
                                                                 &seccomp_release);
  if (filter == nullptr) return Refused(ENOMEM);
  // The filter is for all threads, not only for this one.
  int result = seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_TSYNC, 1);
  const uint32_t refuse = SCMP_ACT_ERRNO(EPERM);
  for (const int call : kForbidden) {
    if (result == 0) result = seccomp_rule_add(filter.get(), refuse, call, 0);
  }
  if (result == 0 && kForbidsPtrace) {
    result = seccomp_rule_add(filter.get(), refuse, SCMP_SYS(ptrace), 0);
  }
  if (result == 0) result = seccomp_load(filter.get());
  return result == 0 ? absl::OkStatus() : Refused(-result);
}

absl::Status GoOfflineIfPossible(bool required) {
  absl::Status offline = GoOffline();
  if (offline.ok() || required) return offline;
  fprintf(stderr, "warning: %s\n", std::string(offline.message()).c_str());
  return absl::OkStatus();
}

}  // namespace blindlink::agent
