#pragma once

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/base/fd.h"
#include "common/base/in_thread.h"
#include "common/base/status_macros.h"
#include "common/crypto/sha256.h"

namespace blindlink::resolver {

// Whether a writer computes the digest of its file. If so, a thread of the writer's own does that,
// and writes, while the caller appends further rows.
enum class WithDigest : uint8_t { kNo, kYes };

// Writes rows of one size (result_rows.h) to a new file. Not thread-safe. RESOURCE_EXHAUSTED when
// the disk is full, perhaps not before Finish.
template <typename Row>
class RowFileWriter {
 public:
  static absl::StatusOr<std::unique_ptr<RowFileWriter>> Create(
      const std::filesystem::path& path, WithDigest with_digest = WithDigest::kNo) {
    BL_ASSIGN_OR_RETURN(UniqueFd fd,
                        OpenFd(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, /*mode=*/0600));
    return std::unique_ptr<RowFileWriter>(
        new RowFileWriter(std::move(fd), path, with_digest == WithDigest::kYes));
  }

  absl::Status Append(const Row& row) {
    buffer_.resize(buffer_.size() + Row::kSize);
    row.Encode(buffer_.data() + buffer_.size() - Row::kSize);
    ++rows_;
    return buffer_.size() >= kBufferBytes ? Flush() : absl::OkStatus();
  }
  // All rows can be read on return. They may be lost with the machine's power.
  absl::Status FinishTemporary() {
    BL_RETURN_IF_ERROR(Flush());
    return AwaitWritten();
  }
  // All rows are durable on return.
  absl::Status Finish() {
    BL_RETURN_IF_ERROR(FinishTemporary());
    if (fdatasync(fd_.get()) != 0) return ErrnoStatus(errno, "write to disk", path_);
    return absl::OkStatus();
  }
  uint64_t rows() const { return rows_; }
  // SHA-256 of the whole file, with WithDigest::kYes. Call once, after Finish.
  Sha256Digest Digest() { return digest_.Finish(); }

 private:
  static constexpr size_t kBufferBytes = size_t{256} << 10;  // two of them

  RowFileWriter(UniqueFd fd, std::filesystem::path path, bool with_digest)
      : fd_(std::move(fd)), path_(std::move(path)), with_digest_(with_digest) {}

  absl::Status Flush() {
    BL_RETURN_IF_ERROR(AwaitWritten());
    std::swap(buffer_, full_);
    buffer_.clear();
    if (!with_digest_) return Write();
    written_ = InThread([this] {
      digest_.Update(FullView());
      return Write();
    });
    return absl::OkStatus();
  }
  absl::Status Write() {
    BL_RETURN_IF_ERROR(WriteAll(fd_.get(), FullView(), path_));
    // The disk begins now, so that Finish need not wait for all of it. Whether it can is no matter.
    if (with_digest_) {
      sync_file_range(fd_.get(), 0, 0, SYNC_FILE_RANGE_WRITE);
    }
    return absl::OkStatus();
  }
  // Waits for the thread that writes.
  absl::Status AwaitWritten() { return written_.valid() ? written_.get() : absl::OkStatus(); }
  absl::string_view FullView() const {
    return {reinterpret_cast<const char*>(full_.data()), full_.size()};
  }

  const UniqueFd fd_;
  const std::filesystem::path path_;
  const bool with_digest_;
  Sha256 digest_;
  std::vector<uint8_t> buffer_;
  std::vector<uint8_t> full_;  // what is written next
  uint64_t rows_ = 0;
  std::future<absl::Status> written_;  // destroyed first, which waits for the thread
};

// Reads rows by position. Thread-safe.
template <typename Row>
class RowFileReader {
 public:
  static absl::StatusOr<std::unique_ptr<RowFileReader>> Open(const std::filesystem::path& path) {
    BL_ASSIGN_OR_RETURN(UniqueFd fd, OpenFd(path, O_RDONLY));
    std::unique_ptr<RowFileReader> reader(new RowFileReader(std::move(fd), path));
    struct stat status {};
    if (fstat(reader->fd_.get(), &status) != 0) return ErrnoStatus(errno, "read", path);
    reader->bytes_ = static_cast<uint64_t>(status.st_size);
    reader->rows_ = reader->bytes_ / Row::kSize;
    return reader;
  }

  uint64_t rows() const { return rows_; }
  uint64_t bytes() const { return bytes_; }
  // SHA-256 of the whole file. Reads all of it.
  absl::StatusOr<Sha256Digest> Digest() const {
    constexpr uint64_t kAtOnce = uint64_t{1} << 20;
    Sha256 digest;
    std::string piece;
    for (uint64_t at = 0; at < bytes_; at += piece.size()) {
      piece.resize(std::min(kAtOnce, bytes_ - at));
      BL_RETURN_IF_ERROR(ReadAt(fd_.get(), at, piece.data(), piece.size(), path_));
      digest.Update(piece);
    }
    return digest.Finish();
  }

  // At most `count` rows from `first` on; fewer at the end.
  absl::StatusOr<std::vector<Row>> Read(uint64_t first, uint64_t count) const {
    std::vector<Row> rows;
    if (first >= rows_) return rows;
    count = std::min(count, rows_ - first);
    std::vector<uint8_t> bytes(count * Row::kSize);
    BL_RETURN_IF_ERROR(ReadAt(fd_.get(), first * Row::kSize, bytes.data(), bytes.size(), path_));
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
  RowFileReader(UniqueFd fd, std::filesystem::path path)
      : fd_(std::move(fd)), path_(std::move(path)) {}

  const UniqueFd fd_;
  const std::filesystem::path path_;
  uint64_t rows_ = 0;
  uint64_t bytes_ = 0;
};

}  // namespace blindlink::resolver
