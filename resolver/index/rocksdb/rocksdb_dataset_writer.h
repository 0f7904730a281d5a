#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "resolver/index/rocksdb/posting_page.h"
#include "resolver/index/token_index.h"
#include "rocksdb/db.h"
#include "rocksdb/sst_file_writer.h"

namespace blindlink::resolver {

// How many pseudonyms one row of the records family holds, from an ordinal on that is a multiple of
// it.
inline constexpr uint32_t kRecordsPerRow = 256;

// The index's column families, in the order of their handles. The first is RocksDB's own and empty.
enum Family : int { kDefaultFamily, kPostingsFamily, kRecordsFamily, kDatasetsFamily };
inline constexpr const char* kFamilyNames[] = {"default", "postings", "records", "datasets"};

// Writes a dataset as sorted files in `folder` and has RocksDB take them in with the parts, all or
// none. Files in `folder` that are not taken in are removed when it goes.
class RocksDbDatasetWriter : public DatasetWriter {
 public:
  RocksDbDatasetWriter(rocksdb::DB* db, std::vector<rocksdb::ColumnFamilyHandle*> handles,
                       std::filesystem::path folder, uint32_t number,
                       const std::vector<std::filesystem::path>& parts, uint64_t part_bytes);
  ~RocksDbDatasetWriter() override;

  absl::Status AddRecord(const RecordPseudonym& record) override;
  std::unique_ptr<PostingBatch> NewBatch() const override;
  absl::Status AddBatch(std::unique_ptr<PostingBatch> batch) override;
  bool PartIsFull() const override;
  absl::Status EndPart(const std::filesystem::path& file) override;
  absl::Status Commit(const storage::v1::CommittedDataset& dataset) override;

 private:
  // A family's files.
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
  const std::filesystem::path folder_;
  const uint32_t number_;
  const uint64_t part_bytes_;
  uint64_t next_record_ = 0;
  std::string row_;  // of records
  int files_made_ = 0;
  std::vector<std::string> parts_;  // of the postings, before those in postings_
  Files records_{kRecordsFamily, nullptr, {}};
  Files postings_{kPostingsFamily, nullptr, {}};
  Files datasets_{kDatasetsFamily, nullptr, {}};
};

}  // namespace blindlink::resolver
