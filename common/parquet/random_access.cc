#include "common/parquet/random_access.h"

#include <cstring>
#include <utility>

namespace blindlink {
namespace {

class File : public RandomAccess {
 public:
  File(UniqueFd fd, uint64_t size, std::string path)
      : fd_(std::move(fd)), size_(size), path_(std::move(path)) {}
  uint64_t size() const override { return size_; }
  absl::Status ReadAt(uint64_t offset, char* out, size_t size) override {
    return blindlink::ReadAt(fd_.get(), offset, out, size, path_);
  }

 private:
  const UniqueFd fd_;
  const uint64_t size_;
  const std::string path_;
};

class Memory : public RandomAccess {
 public:
  explicit Memory(std::string bytes) : bytes_(std::move(bytes)) {}
  uint64_t size() const override { return bytes_.size(); }
  absl::Status ReadAt(uint64_t offset, char* out, size_t size) override {
    if (offset > bytes_.size() || size > bytes_.size() - offset) {
      return absl::DataLossError("the bytes end too early");
    }
    std::memcpy(out, bytes_.data() + offset, size);
    return absl::OkStatus();
  }

 private:
  const std::string bytes_;
};

}  // namespace

std::unique_ptr<RandomAccess> RandomAccessOfFile(UniqueFd fd, uint64_t size, std::string path) {
  return std::make_unique<File>(std::move(fd), size, std::move(path));
}

std::unique_ptr<RandomAccess> RandomAccessOfBytes(std::string bytes) {
  return std::make_unique<Memory>(std::move(bytes));
}

}  // namespace blindlink
