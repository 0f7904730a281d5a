#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "blindlink/storage/v1/index_file.pb.h"
#include "common/base/bytes16.h"
#include "common/base/fd.h"
#include "common/crypto/block_sealer.h"
#include "common/crypto/bound_cipher.h"
#include "resolver/index/posting.h"
#include "resolver/indexfile/dataset_sum.h"
#include "resolver/indexfile/index_file_blocks.h"

namespace blindlink::resolver {

// Reads what IndexFileWriter wrote, once, from its beginning to its end. DATA_LOSS, with the place
// in the file, unless every byte is as it was written. Not thread-safe.
class IndexFileReader {
 public:
  // Reads the head. INVALID_ARGUMENT if it is no such file or of a newer release.
  static absl::StatusOr<std::unique_ptr<IndexFileReader>> Open(const std::filesystem::path& path);

  // In the clear, so not to be relied on before Unlock has succeeded.
  const storage::v1::StoredIndexFileHead& head() const { return head_; }
  uint64_t size() const { return size_; }

  // `cipher` is what the index was opened with. Must come before the rest.
  absl::Status Unlock(const BoundCipher& cipher);
  const std::vector<storage::v1::CommittedDataset>& datasets() const { return datasets_; }
  // Gives all of the next dataset, in the order of datasets(), and compares it with the numbers and
  // hashes in the file. Errors of the calls too.
  absl::StatusOr<DatasetSum> ReadDataset(TakeRecords records, TakePostings postings);
  // After the last dataset: that the file ends there.
  absl::Status Finish();

 private:
  struct Block {
    IndexFileBlock kind;
    std::string content;
  };

  IndexFileReader(std::filesystem::path path, UniqueFd fd, uint64_t size)
      : path_(std::move(path)), fd_(std::move(fd)), size_(size) {}
  absl::Status ReadHead();
  // So many bytes from the current place on.
  absl::StatusOr<std::string> Take(size_t size);
  absl::StatusOr<size_t> TakeSize(size_t largest);
  absl::StatusOr<Block> TakeBlock();
  absl::Status CheckSum(absl::string_view content, uint32_t dataset, const DatasetSum& sum) const;
  absl::Status Damaged(absl::string_view how) const;

  const std::filesystem::path path_;
  const UniqueFd fd_;
  const uint64_t size_;
  storage::v1::StoredIndexFileHead head_;
  std::string head_bytes_;
  std::unique_ptr<BlockSealer> sealer_;
  uint64_t at_ = 0;
  uint64_t block_at_ = 0;  // where the current block begins
  uint64_t blocks_ = 0;
  std::vector<storage::v1::CommittedDataset> datasets_;
  size_t current_ = 0;  // in datasets_
};

}  // namespace blindlink::resolver
