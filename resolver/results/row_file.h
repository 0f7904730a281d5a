#pragma once

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"

namespace blindlink::resolver {

// Writes rows of one size (result_rows.h) to a new file. Not thread-safe. RESOURCE_EXHAUSTED when
// the disk is full.
template <typename Row>
class RowFileWriter {
 public:
  static absl::StatusOr<std::unique_ptr<RowFileWriter>> Create(const std::filesystem::path& path) {
    const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0) return ErrnoStatus(errno, "create", path);
    return std::unique_ptr<RowFileWriter>(new RowFileWriter(fd, path));
  }
  ~RowFileWriter() { close(fd_); }
  RowFileWriter(const RowFileWriter&) = delete;
  RowFileWriter& operator=(const RowFileWriter&) = delete;

  absl::Status Append(const Row& row) {
    buffer_.resize(buffer_.size() + Row::kSize);
    row.Encode(buffer_.data() + buffer_.size() - Row::kSize);
    ++rows_;
    return buffer_.size() >= kBufferBytes ? Flush() : absl::OkStatus();
  }
  // All rows are durable on return.
  absl::Status Finish() {
    BL_RETURN_IF_ERROR(Flush());
    if (fdatasync(fd_) != 0) return ErrnoStatus(errno, "write to disk", path_);
    return absl::OkStatus();
  }
  uint64_t rows() const { return rows_; }

 private:
  static constexpr size_t kBufferBytes = size_t{1} << 20;

  RowFileWriter(int fd, std::filesystem::path path) : fd_(fd), path_(std::move(path)) {}

  absl::Status Flush() {
    for (size_t at = 0; at < buffer_.size();) {
      const ssize_t n = write(fd_, buffer_.data() + at, buffer_.size() - at);
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return ErrnoStatus(errno, "write", path_);
      at += static_cast<size_t>(n);
    }
    buffer_.clear();
    return absl::OkStatus();
  }

  const int fd_;
  const std::filesystem::path path_;
  std::vector<uint8_t> buffer_;
  uint64_t rows_ = 0;
};

// Reads rows by position. Thread-safe.
template <typename Row>
class RowFileReader {
 public:
  static absl::StatusOr<std::unique_ptr<RowFileReader>> Open(const std::filesystem::path& path) {
    const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return ErrnoStatus(errno, "open", path);
    std::unique_ptr<RowFileReader> reader(new RowFileReader(fd, path));
    struct stat status {};
    if (fstat(fd, &status) != 0) return ErrnoStatus(errno, "read", path);
    reader->rows_ = static_cast<uint64_t>(status.st_size) / Row::kSize;
    return reader;
  }
  ~RowFileReader() { close(fd_); }
  RowFileReader(const RowFileReader&) = delete;
  RowFileReader& operator=(const RowFileReader&) = delete;

  uint64_t rows() const { return rows_; }

  // At most `count` rows from `first` on; fewer at the end.
  absl::StatusOr<std::vector<Row>> Read(uint64_t first, uint64_t count) const {
    std::vector<Row> rows;
    if (first >= rows_) return rows;
    count = std::min(count, rows_ - first);
    std::vector<uint8_t> bytes(count * Row::kSize);
    for (size_t at = 0; at < bytes.size();) {
      const ssize_t n = pread(fd_, bytes.data() + at, bytes.size() - at,
                              static_cast<off_t>(first * Row::kSize + at));
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return ErrnoStatus(errno, "read", path_);
      if (n == 0) return absl::DataLossError(absl::StrCat(path_.string(), " is truncated"));
      at += static_cast<size_t>(n);
    }
    rows.reserve(count);
    for (size_t i = 0; i < count; ++i) rows.push_back(Row::Decode(bytes.data() + i * Row::kSize));
    return rows;
  }
  absl::StatusOr<Row> ReadOne(uint64_t at) const {
    BL_ASSIGN_OR_RETURN(const std::vector<Row> rows, Read(at, 1));
    if (rows.empty()) return absl::DataLossError(absl::StrCat(path_.string(), " is too short"));
    return rows[0];
  }

 private:
  RowFileReader(int fd, std::filesystem::path path) : fd_(fd), path_(std::move(path)) {}

  const int fd_;
  const std::filesystem::path path_;
  uint64_t rows_ = 0;
};

}  // namespace blindlink::resolver
