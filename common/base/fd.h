#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace blindlink {

// Owns a file descriptor and closes it on destruction. Not thread-safe; the descriptor itself may
// be shared by threads that read by position.
class UniqueFd {
 public:
  UniqueFd() = default;
  explicit UniqueFd(int fd) : fd_(fd) {}
  UniqueFd(UniqueFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept {
    if (this != &other) Reset(std::exchange(other.fd_, -1));
    return *this;
  }
  ~UniqueFd() { Reset(); }

  int get() const { return fd_; }
  bool is_open() const { return fd_ >= 0; }
  // Closes the descriptor and owns `fd` from now on.
  void Reset(int fd = -1);

 private:
  int fd_ = -1;
};

// The functions below retry when a signal interrupts them and continue after a short read or write.
// Their errors are those of ErrnoStatus and name `path`, which need not be a file's: "standard
// output" will do.

// The status for errno after `doing` something with `path`: "cannot <doing> <path>: <why>".
// NOT_FOUND, PERMISSION_DENIED, RESOURCE_EXHAUSTED (the disk, the quota or the largest file size is
// used up), ALREADY_EXISTS, otherwise UNKNOWN.
absl::Status ErrnoStatus(int error, absl::string_view doing, const std::filesystem::path& path);

// open(2) with O_CLOEXEC added to `flags`; `mode` is that of a file it creates.
absl::StatusOr<UniqueFd> OpenFd(const std::filesystem::path& path, int flags, mode_t mode = 0600);

// A second descriptor of the same open file, for one that somebody else closes: standard input or
// output.
absl::StatusOr<UniqueFd> DuplicateFd(int fd, const std::filesystem::path& path);

// Writes all of `bytes`. After an error some of them may have been written.
absl::Status WriteAll(int fd, absl::string_view bytes, const std::filesystem::path& path);

// Reads at most `size` bytes, at least one unless the file has ended or `size` is 0.
absl::StatusOr<size_t> ReadSome(int fd, char* out, size_t size, const std::filesystem::path& path);

// Everything from the descriptor's position to the end.
absl::StatusOr<std::string> ReadAll(int fd, const std::filesystem::path& path);

// Fills `out` with `size` bytes from `offset`; the descriptor's position stays. DATA_LOSS if the
// file ends before that. Thread-safe.
absl::Status ReadAt(int fd, uint64_t offset, void* out, size_t size,
                    const std::filesystem::path& path);

}  // namespace blindlink
