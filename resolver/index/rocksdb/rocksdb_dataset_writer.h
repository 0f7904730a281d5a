#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/crypto/bound_cipher.h"
#include "resolver/index/rocksdb/dataset_parts.h"
#include "resolver/index/rocksdb/posting_page.h"
#include "resolver/index/token_index.h"
#include "rocksdb/db.h"
#include "rocksdb/sst_file_writer.h"

namespace blindlink::resolver {

// How many pseudonyms a row of the records family holds. The ordinal of a row's first record is a
// multiple of it.
inline constexpr uint32_t kRecordsPerRow = 256;

// The index's column families, in the order of their handles. The first is required by RocksDB and
// stays empty.
enum Family : int { kDefaultFamily, kPostingsFamily, kRecordsFamily, kDatasetsFamily };
inline constexpr const char* kFamilyNames[] = {"default", "postings", "records", "datasets"};

// Writes a dataset as sorted files in `folder`. Commit has RocksDB ingest them together with the
// parts (DatasetParts), all or none. A file of postings becomes a part in `scratch` at the first
// end of a range at which it has `part_bytes` or more. The destructor removes the files in `folder`
// that were not ingested.
class RocksDbDatasetWriter : public DatasetWriter {
 public:
  RocksDbDatasetWriter(rocksdb::DB* db, std::vector<rocksdb::ColumnFamilyHandle*> handles,
                       std::shared_ptr<const BoundCipher> cipher, std::filesystem::path folder,
                       uint32_t number, const std::filesystem::path& scratch, uint64_t part_bytes);
  ~RocksDbDatasetWriter() override;

  size_t finished_ranges() const override { return finished_ranges_; }
  absl::Status AddRecord(const RecordPseudonym& record) override;
  std::unique_ptr<PostingBatch> NewBatch() const override;
  absl::Status AddBatch(std::unique_ptr<PostingBatch> batch) override;
  absl::StatusOr<bool> EndRanges(size_t end) override;
  absl::Status Commit(const storage::v1::CommittedDataset& dataset) override;

 private:
  // The files of one family.
  struct Files {
    Family family;
    std::unique_ptr<rocksdb::SstFileWriter> open;
    std::vector<std::string> finished;
  };

  absl::Status PutRecords();
  absl::Status Put(Files& files, absl::string_view key, absl::string_view value);
  absl::Status Finish(Files& files);
  void RemoveFiles();

  rocksdb::DB* const db_;
  const std::vector<rocksdb::ColumnFamilyHandle*> handles_;
  const std::shared_ptr<const BoundCipher> cipher_;  // of evidence
  const std::filesystem::path folder_;
  const uint32_t number_;
  const std::filesystem::path scratch_;  // empty: no parts are made
  const uint64_t part_bytes_;
  DatasetParts parts_;
  const size_t finished_ranges_;
  uint64_t next_record_ = 0;
  std::string row_;  // of records, not written yet
  int files_made_ = 0;
  Files records_{kRecordsFamily, nullptr, {}};
  Files postings_{kPostingsFamily, nullptr, {}};  // those after parts_
  Files datasets_{kDatasetsFamily, nullptr, {}};
};

}  // namespace blindlink::resolver
