#include "common/csv/byte_source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/fd.h"
#include "common/base/status_macros.h"
#include "common/csv/decompressor.h"
#include "common/csv/parquet_source.h"
#include "common/parquet/parquet_table.h"

namespace blindlink {
namespace {

class FileSource : public ByteSource {
 public:
  FileSource(UniqueFd fd, std::string path) : fd_(std::move(fd)), path_(std::move(path)) {
    struct stat info = {};
    if (fstat(fd_.get(), &info) == 0 && S_ISREG(info.st_mode)) size_ = info.st_size;
  }

  absl::StatusOr<size_t> Read(char* out, size_t size) override {
    if (peeked_used_ < peeked_.size()) {
      const size_t n = std::min(size, peeked_.size() - peeked_used_);
      std::memcpy(out, peeked_.data() + peeked_used_, n);
      peeked_used_ += n;
      return n;
    }
    return ReadFile(out, size);
  }

  double ShareRead() const override {
    if (size_ < 0) return -1;
    if (size_ == 0) return 1;
    return std::min(1.0, static_cast<double>(read_) / static_cast<double>(size_));
  }

  // The descriptor, for who reads the file otherwise. Nothing may be read from here afterwards.
  UniqueFd Release() { return std::move(fd_); }

  // The first `size` bytes of the file, fewer only if it is shorter. Call it before any Read.
  absl::StatusOr<absl::string_view> Peek(size_t size) {
    peeked_.resize(size);
    size_t filled = 0;
    while (filled < size) {
      BL_ASSIGN_OR_RETURN(const size_t n, ReadFile(peeked_.data() + filled, size - filled));
      if (n == 0) break;
      filled += n;
    }
    peeked_.resize(filled);
    return absl::string_view(peeked_);
  }

 private:
  absl::StatusOr<size_t> ReadFile(char* out, size_t size) {
    BL_ASSIGN_OR_RETURN(const size_t n, ReadSome(fd_.get(), out, size, path_));
    read_ += static_cast<int64_t>(n);
    return n;
  }

  UniqueFd fd_;
  const std::filesystem::path path_;
  int64_t size_ = -1;
  int64_t read_ = 0;
  std::string peeked_;
  size_t peeked_used_ = 0;
};

class MemorySource : public ByteSource {
 public:
  explicit MemorySource(std::string content) : content_(std::move(content)) {}

  absl::StatusOr<size_t> Read(char* out, size_t size) override {
    const size_t n = std::min(size, content_.size() - used_);
    std::memcpy(out, content_.data() + used_, n);
    used_ += n;
    return n;
  }
  double ShareRead() const override {
    return content_.empty() ? 1 : static_cast<double>(used_) / static_cast<double>(content_.size());
  }

 private:
  const std::string content_;
  size_t used_ = 0;
};

constexpr absl::string_view kGzipMagic = "\x1f\x8b";
constexpr absl::string_view kZstdMagic = "\x28\xb5\x2f\xfd";
constexpr size_t kPeekSize = 8;

// Files that people pass by mistake, and what to do about it. Empty if nothing is wrong.
absl::string_view WhyNotText(absl::string_view head) {
  if (absl::StartsWith(head, "PK\x03\x04")) {
    return "is a zip archive or an Excel workbook; export it as CSV (UTF-8)";
  }
  if (absl::StartsWith(head, "\xd0\xcf\x11\xe0")) {
    return "is an old Excel workbook; export it as CSV (UTF-8)";
  }
  return "";
}

}  // namespace

absl::StatusOr<std::unique_ptr<ByteSource>> OpenByteSource(const std::string& path) {
  BL_ASSIGN_OR_RETURN(UniqueFd fd, path == "-" ? DuplicateFd(STDIN_FILENO, "standard input")
                                               : OpenFd(path, O_RDONLY));
  auto file = std::make_unique<FileSource>(std::move(fd), path);
  BL_ASSIGN_OR_RETURN(const absl::string_view head, file->Peek(kPeekSize));
  if (const absl::string_view why = WhyNotText(head); !why.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(path, " ", why));
  }
  if (IsParquet(head)) return MakeParquetSource(file->Release(), path);
  if (absl::StartsWith(head, kGzipMagic)) return MakeGzipSource(std::move(file), path);
  if (absl::StartsWith(head, kZstdMagic)) return MakeZstdSource(std::move(file), path);
  return file;
}

std::unique_ptr<ByteSource> MakeMemorySource(std::string content) {
  return std::make_unique<MemorySource>(std::move(content));
}

}  // namespace blindlink
