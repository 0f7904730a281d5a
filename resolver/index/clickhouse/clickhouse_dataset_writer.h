#pragma once

#include <cstdint>
#include <filesystem>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "blindlink/storage/v1/cluster_storage.pb.h"
#include "common/crypto/bound_cipher.h"
#include "common/crypto/sha256.h"
#include "resolver/index/clickhouse/cluster.h"
#include "resolver/index/clickhouse/posting_columns.h"
#include "resolver/index/token_index.h"

namespace blindlink::resolver {

// Writes a dataset to the shards as a load with a random number, which Commit makes visible
// (docs/cluster.md). Postings go in chunks: one INSERT of one block, which a server carries out
// whole or not at all. Chunks form parts: partitions that a note in the scratch folder makes
// durable for later writers, once the shards have confirmed how many rows they have and what their
// hashes add up to. One chunk is sent while the next is filled.
class ClickHouseDatasetWriter : public DatasetWriter {
 public:
  // Continues the load that the scratch folder knows, or begins one, and removes from the shards
  // whatever else there is of the dataset. `cluster` must outlive it. DATA_LOSS if a shard has lost
  // what was durable.
  static absl::StatusOr<std::unique_ptr<ClickHouseDatasetWriter>> Begin(
      const Cluster& cluster, uint32_t number, const std::filesystem::path& scratch);
  ~ClickHouseDatasetWriter() override;

  size_t finished_ranges() const override { return finished_ranges_; }
  absl::Status AddRecord(const RecordPseudonym& record) override;
  std::unique_ptr<PostingBatch> NewBatch() const override;
  absl::Status AddBatch(std::unique_ptr<PostingBatch> batch) override;
  absl::StatusOr<bool> EndRanges(size_t end) override;
  absl::Status Commit(const storage::v1::CommittedDataset& dataset) override;

 private:
  ClickHouseDatasetWriter(const Cluster& cluster, uint32_t number,
                          const std::filesystem::path& scratch,
                          storage::v1::StoredClusterLoad stored);

  absl::Status RemoveLeftOvers() const;
  absl::Status CheckParts(const Server& server,
                          const std::vector<IndexTables::Partition>& partitions) const;
  void BeginPart();
  absl::Status FlushRecords();
  // How many rows of the current shard make a whole chunk; 0: they do not yet.
  size_t ChunkEnd() const;
  // Sends the chunk of the current shard: the first `rows` of it.
  absl::Status SendChunk(size_t rows);
  absl::Status Flush();
  absl::Status WaitForChunk();
  absl::Status VerifyPart();
  absl::Status RemoveCopies(const Server& server, uint64_t sent) const;

  const Cluster& cluster_;
  const uint32_t number_;
  const std::filesystem::path scratch_;  // empty: nothing is durable before Commit
  storage::v1::StoredClusterLoad stored_;
  const size_t finished_ranges_;
  PostingCipher cipher_;
  const std::shared_ptr<RowPieces> pieces_;

  uint64_t records_ = 0;
  std::string row_;          // of records, not complete yet
  std::string record_rows_;  // complete rows that are not sent yet: the values of their columns
  std::string record_firsts_;
  Sha256 records_hash_;  // of the hashes of the rows

  uint32_t part_ = 0;
  std::vector<storage::v1::StoredShardRows> part_rows_;  // by shard
  size_t shard_ = 0;
  PostingColumns chunk_;  // of that shard
  std::future<absl::Status> sending_;
  bool may_be_visible_ = false;
};

}  // namespace blindlink::resolver
