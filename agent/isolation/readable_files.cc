#include "agent/isolation/readable_files.h"

#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

#include "common/base/fd.h"
#include "common/base/status_macros.h"

namespace blindlink::agent {
namespace {

constexpr uint64_t kReadFile = LANDLOCK_ACCESS_FS_READ_FILE;
constexpr uint64_t kReadAll = kReadFile | LANDLOCK_ACCESS_FS_READ_DIR;
constexpr char kWhat[] = "the files that the half that sends may read";

// What a program needs that looks up names of hosts and makes connections.
constexpr const char* kOfTheSystem[] = {"/etc",  "/usr", "/lib", "/lib64",
                                        "/proc", "/sys", "/dev", "/run"};

// Allows `path`, if it exists, and what is below it.
absl::Status Allow(const UniqueFd& rules, const std::filesystem::path& path, uint64_t access) {
  const UniqueFd file(open(path.c_str(), O_PATH | O_CLOEXEC));
  if (!file.is_open()) return absl::OkStatus();
  landlock_path_beneath_attr rule = {};
  rule.allowed_access = access;
  rule.parent_fd = file.get();
  if (syscall(SYS_landlock_add_rule, rules.get(), LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0) {
    return absl::OkStatus();
  }
  return ErrnoStatus(errno, "limit", kWhat);
}

}  // namespace

absl::StatusOr<bool> ReadNothingBut(const std::vector<std::filesystem::path>& files,
                                    const std::vector<std::filesystem::path>& folders) {
  landlock_ruleset_attr handled = {};
  handled.handled_access_fs = kReadAll;
  const UniqueFd rules(static_cast<int>(
      syscall(SYS_landlock_create_ruleset, &handled, sizeof handled.handled_access_fs, 0)));
  // EPERM: a filter of system calls around this process, as a container's.
  if (!rules.is_open() && (errno == ENOSYS || errno == EOPNOTSUPP || errno == EPERM)) return false;
  if (!rules.is_open()) return ErrnoStatus(errno, "limit", kWhat);
  for (const char* folder : kOfTheSystem) BL_RETURN_IF_ERROR(Allow(rules, folder, kReadAll));
  for (const auto& folder : folders) BL_RETURN_IF_ERROR(Allow(rules, folder, kReadAll));
  for (const auto& file : files) BL_RETURN_IF_ERROR(Allow(rules, file, kReadFile));
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
      syscall(SYS_landlock_restrict_self, rules.get(), 0) != 0) {
    return ErrnoStatus(errno, "limit", kWhat);
  }
  return true;
}

}  // namespace blindlink::agent
