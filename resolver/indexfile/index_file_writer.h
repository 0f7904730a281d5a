#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "blindlink/storage/v1/index_file.pb.h"
#include "common/base/bytes16.h"
#include "common/base/partial_file.h"
#include "common/crypto/block_sealer.h"
#include "common/crypto/bound_cipher.h"
#include "resolver/index/posting.h"
#include "resolver/index/rocksdb/posting_page.h"
#include "resolver/indexfile/dataset_sum.h"
#include "resolver/indexfile/index_file_blocks.h"

namespace blindlink::resolver {

// Writes an index to a file (docs/formats/index_file.md), which has its name only once it is whole
// and on disk. Errors as PartialFile. Not thread-safe.
class IndexFileWriter {
 public:
  // The file's id is drawn here. `datasets` must then be added in this order, completely.
  static absl::StatusOr<std::unique_ptr<IndexFileWriter>> Create(
      const std::filesystem::path& path, storage::v1::StoredIndexFileHead head,
      const BoundCipher& cipher, const std::vector<storage::v1::CommittedDataset>& datasets);

  // Of the current dataset: first all records, then all postings, each in order.
  absl::Status Add(absl::Span<const RecordPseudonym> records);
  absl::Status Add(absl::Span<const Posting> postings);
  // The next dataset begins. Returns what this one came to.
  absl::StatusOr<DatasetSum> EndDataset();
  // After the last dataset. Returns the size of the file in bytes.
  absl::StatusOr<uint64_t> Finish();

 private:
  IndexFileWriter(std::unique_ptr<PartialFile> file, const Sha256Digest& key,
                  std::vector<uint32_t> datasets)
      : file_(std::move(file)), sealer_(key), datasets_(std::move(datasets)) {}
  absl::Status Append(absl::string_view bytes);
  absl::Status AppendBlock(IndexFileBlock kind, absl::string_view content);
  absl::Status FlushRecords();

  const std::unique_ptr<PartialFile> file_;
  const BlockSealer sealer_;
  const std::vector<uint32_t> datasets_;  // their numbers
  size_t current_ = 0;                    // in datasets_
  uint64_t blocks_ = 0;
  uint64_t bytes_ = 0;
  std::string records_;  // not written yet
  PostingPageBuilder page_;
  std::unique_ptr<DatasetSummer> summer_ = std::make_unique<DatasetSummer>();
};

}  // namespace blindlink::resolver
