#include "resolver/index/clickhouse/clickhouse_dataset_writer.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/crypto/random.h"
#include "resolver/index/clickhouse/cluster_datasets.h"
#include "resolver/index/clickhouse/record_rows.h"
#include "resolver/index/clickhouse/row_check.h"
#include "resolver/storage/stored_message.h"

namespace blindlink::resolver {
namespace {

constexpr char kLoadFile[] = "cluster-load.pb";
constexpr size_t kRecordRowsTogether = 256;
constexpr uint32_t kMostSkippedParts = 1 << 16;

uint64_t RandomBelow(uint64_t bound) {
  const SecretBytes bytes = RandomBytes(sizeof(uint64_t));
  uint64_t number;
  std::memcpy(&number, bytes.Reveal().data(), sizeof(number));
  return bound == 0 ? number : number % bound;
}

absl::StatusOr<storage::v1::StoredClusterLoad> ReadLoad(const std::filesystem::path& scratch) {
  storage::v1::StoredClusterLoad stored;
  std::error_code ignored;
  if (!scratch.empty() && std::filesystem::exists(scratch / kLoadFile, ignored)) {
    BL_RETURN_IF_ERROR(ReadStored(scratch / kLoadFile,
                                  "discard the upload and have the site send it again", &stored));
  } else {
    stored.set_load(RandomBelow(0));
  }
  return stored;
}

}  // namespace

ClickHouseDatasetWriter::ClickHouseDatasetWriter(const Cluster& cluster, uint32_t number,
                                                 const std::filesystem::path& scratch,
                                                 storage::v1::StoredClusterLoad stored)
    : cluster_(cluster),
      number_(number),
      scratch_(scratch),
      stored_(std::move(stored)),
      finished_ranges_(stored_.parts().empty() ? 0 : stored_.parts().rbegin()->ranges()),
      cipher_(*cluster.cipher),
      pieces_(std::make_shared<RowPieces>(cluster.tables.evidence_bytes())),
      part_rows_(cluster.shards.size()),
      chunk_(pieces_) {
  cipher_.SetLoad(*cluster.cipher, number, stored_.load());
  BeginPart();
}

ClickHouseDatasetWriter::~ClickHouseDatasetWriter() {
  WaitForChunk().IgnoreError();
  if (may_be_visible_) return;
  // The next writer of the dataset removes what this does not reach.
  const std::string drop =
      absl::StrCat("ALTER TABLE ", cluster_.tables.postings(), " DROP PARTITION ID '", number_, "-",
                   stored_.load(), "-", part_, "'");
  for (const auto& shard : cluster_.shards) {
    shard->ForEach([&drop](const Server& server) { return server.ExecuteOnce(drop); })
        .IgnoreError();
  }
}

absl::StatusOr<std::unique_ptr<ClickHouseDatasetWriter>> ClickHouseDatasetWriter::Begin(
    const Cluster& cluster, uint32_t number, const std::filesystem::path& scratch) {
  BL_RETURN_IF_ERROR(cluster.owner.Check());
  BL_ASSIGN_OR_RETURN(storage::v1::StoredClusterLoad stored, ReadLoad(scratch));
  std::unique_ptr<ClickHouseDatasetWriter> writer(
      new ClickHouseDatasetWriter(cluster, number, scratch, std::move(stored)));
  BL_RETURN_IF_ERROR(writer->RemoveLeftOvers());
  return writer;
}

// A number that no earlier writer is likely to have used: one of its requests may still be on its
// way.
void ClickHouseDatasetWriter::BeginPart() {
  const uint32_t last = stored_.parts().empty() ? 0 : stored_.parts().rbegin()->number();
  part_ = last + 1 + static_cast<uint32_t>(RandomBelow(kMostSkippedParts));
  part_rows_.assign(cluster_.shards.size(), {});
}

absl::Status ClickHouseDatasetWriter::RemoveLeftOvers() const {
  const IndexTables& tables = cluster_.tables;
  // The dataset is not visible, so a row of it is of a commit that has reached some servers only.
  // It goes first: what has a row must be whole, since the next opening shows it (FinishCommits).
  if (cluster_.first().servers().size() > 1) {
    BL_RETURN_IF_ERROR(DropDatasetRow(cluster_, number_));
  }
  const uint32_t last = stored_.parts().empty() ? 0 : stored_.parts().rbegin()->number();
  BL_RETURN_IF_ERROR(cluster_.ForEachServer([&](const Server& server) -> absl::Status {
    BL_ASSIGN_OR_RETURN(const auto partitions, tables.PostingPartitions(server));
    for (const IndexTables::Partition& partition : partitions) {
      const bool kept = partition.load == stored_.load() && partition.part <= last;
      if (partition.dataset != number_ || kept) continue;
      BL_RETURN_IF_ERROR(tables.DropPartition(server, tables.postings(), partition.id));
    }
    return CheckParts(server, partitions);
  }));
  return cluster_.first().ForEach([&](const Server& server) -> absl::Status {
    BL_ASSIGN_OR_RETURN(const auto partitions, tables.RecordPartitions(server));
    for (const IndexTables::Partition& partition : partitions) {
      if (partition.dataset != number_) continue;
      BL_RETURN_IF_ERROR(tables.DropPartition(server, tables.records(), partition.id));
    }
    return absl::OkStatus();
  });
}

absl::Status ClickHouseDatasetWriter::CheckParts(
    const Server& server, const std::vector<IndexTables::Partition>& partitions) const {
  for (const storage::v1::StoredClusterPart& part : stored_.parts()) {
    if (static_cast<size_t>(part.shards_size()) != cluster_.shards.size()) {
      return absl::FailedPreconditionError(
          "the number of shards has changed during an ingest: restore the configuration");
    }
    uint64_t rows = 0;
    for (const IndexTables::Partition& partition : partitions) {
      if (partition.load == stored_.load() && partition.part == part.number())
        rows += partition.rows;
    }
    if (rows >= part.shards(static_cast<int>(server.shard())).rows()) continue;
    return server.Named(absl::DataLossError(
        "has lost postings of an interrupted ingest: discard the upload and have the site send it "
        "again"));
  }
  return absl::OkStatus();
}

absl::Status ClickHouseDatasetWriter::AddRecord(const RecordPseudonym& record) {
  const absl::string_view bytes = record.AsView();
  row_.append(bytes.data(), bytes.size());
  if (++records_ % kRecordsInRow != 0) return absl::OkStatus();
  EndRecordRow(*cluster_.cipher, stored_.load(), static_cast<uint32_t>(records_ - kRecordsInRow),
               &row_, {&record_firsts_, &record_rows_}, &records_hash_);
  const bool enough = record_firsts_.size() / sizeof(uint32_t) >= kRecordRowsTogether;
  return enough ? FlushRecords() : absl::OkStatus();
}

absl::Status ClickHouseDatasetWriter::FlushRecords() {
  if (record_firsts_.empty()) return absl::OkStatus();
  const std::string firsts = std::exchange(record_firsts_, {});
  const std::string rows = std::exchange(record_rows_, {});
  return SendRecordRows(cluster_, number_, stored_.load(), firsts, rows);
}

std::unique_ptr<PostingBatch> ClickHouseDatasetWriter::NewBatch() const {
  return std::make_unique<ColumnBatch>(cipher_, cluster_.first_tokens, pieces_);
}

absl::Status ClickHouseDatasetWriter::AddBatch(std::unique_ptr<PostingBatch> batch) {
  BL_ASSIGN_OR_RETURN(auto all, static_cast<ColumnBatch&>(*batch).Finish());
  for (ColumnBatch::ShardRows& of_shard : all) {
    if (of_shard.shard != shard_) {
      BL_RETURN_IF_ERROR(Flush());
      shard_ = of_shard.shard;
    }
    storage::v1::StoredShardRows& sums = part_rows_[shard_];
    sums.set_rows(sums.rows() + of_shard.columns.rows());
    sums.set_hash(sums.hash() + of_shard.hash);
    chunk_.Append(std::move(of_shard.columns));
    for (size_t end = ChunkEnd(); end > 0; end = ChunkEnd()) {
      BL_RETURN_IF_ERROR(SendChunk(end));
    }
  }
  return absl::OkStatus();
}

// The rows of a chunk are counted by their tokens, so it ends where a token ends: the last one that
// fits, or the first one.
size_t ClickHouseDatasetWriter::ChunkEnd() const {
  const size_t rows = chunk_.rows();
  if (rows < cluster_.options.rows_per_chunk) return 0;
  const auto is_end = [this](size_t row) { return chunk_.HiAt(row - 1) != chunk_.HiAt(row); };
  const size_t most = std::min<size_t>(cluster_.options.rows_per_chunk, rows - 1);
  for (size_t end = most; end > 0; --end) {
    if (is_end(end)) return end;
  }
  for (size_t end = most + 1; end < rows; ++end) {
    if (is_end(end)) return end;
  }
  return 0;
}

absl::Status ClickHouseDatasetWriter::SendChunk(size_t rows) {
  BL_RETURN_IF_ERROR(WaitForChunk());
  PostingBlock block = chunk_.Block(number_, stored_.load(), part_, rows);
  std::string count =
      absl::StrCat("dataset = ", number_, " AND load = ", stored_.load(), " AND part = ", part_,
                   " AND hi BETWEEN ", chunk_.HiAt(0), " AND ", chunk_.HiAt(rows - 1));
  chunk_.RemoveFirst(rows);
  const Shard* const shard = cluster_.shards[shard_].get();
  sending_ = std::async(
      std::launch::async, [this, shard, rows, block = std::move(block), count = std::move(count)] {
        return InsertOnce(cluster_, *shard, cluster_.tables.postings(), count, rows, block.bytes());
      });
  return absl::OkStatus();
}

absl::Status ClickHouseDatasetWriter::WaitForChunk() {
  return sending_.valid() ? sending_.get() : absl::OkStatus();
}

absl::Status ClickHouseDatasetWriter::Flush() {
  if (chunk_.rows() > 0) BL_RETURN_IF_ERROR(SendChunk(chunk_.rows()));
  return WaitForChunk();
}

absl::Status ClickHouseDatasetWriter::VerifyPart() {
  BL_RETURN_IF_ERROR(Flush());
  return cluster_.ForEachServer([this](const Server& server) -> absl::Status {
    const storage::v1::StoredShardRows& sent = part_rows_[server.shard()];
    BL_RETURN_IF_ERROR(CheckRows(server, cluster_.tables, number_, stored_.load(), part_, sent));
    if (cluster_.shards[server.shard()]->servers().size() > 1) {
      // Copies that stay do no harm: runs count tokens once, and the commit counts the fewest. But
      // one that is being removed would be counted.
      absl::Status removed = RemoveCopies(server, sent.rows());
      if (absl::IsUnavailable(removed)) return removed;
    }
    return absl::OkStatus();
  });
}

// Servers of one shard have equally many rows, so that one number says for each of them whether it
// has lost some.
absl::Status ClickHouseDatasetWriter::RemoveCopies(const Server& server, uint64_t sent) const {
  const IndexTables& tables = cluster_.tables;
  BL_ASSIGN_OR_RETURN(const auto partitions, tables.PostingPartitions(server));
  for (const IndexTables::Partition& partition : partitions) {
    if (partition.load != stored_.load() || partition.part != part_) continue;
    if (partition.rows <= sent) continue;
    BL_RETURN_IF_ERROR(tables.Deduplicate(server, tables.postings(), partition.id));
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> ClickHouseDatasetWriter::EndRanges(size_t end) {
  uint64_t rows = 0;
  for (const auto& of_shard : part_rows_) rows += of_shard.rows();
  if (scratch_.empty() || rows == 0 || rows < cluster_.options.rows_per_part) return false;
  BL_RETURN_IF_ERROR(VerifyPart());
  storage::v1::StoredClusterPart& part = *stored_.add_parts();
  part.set_number(part_);
  part.set_ranges(static_cast<uint32_t>(end));
  for (const auto& of_shard : part_rows_) *part.add_shards() = of_shard;
  absl::Status noted = WriteStored(scratch_ / kLoadFile, stored_);
  if (!noted.ok()) {
    stored_.mutable_parts()->RemoveLast();
    return noted;
  }
  BeginPart();
  return true;
}

absl::Status ClickHouseDatasetWriter::Commit(const storage::v1::CommittedDataset& dataset) {
  if (!row_.empty()) {
    const uint64_t first = records_ - row_.size() / RecordPseudonym::kSize;
    EndRecordRow(*cluster_.cipher, stored_.load(), static_cast<uint32_t>(first), &row_,
                 {&record_firsts_, &record_rows_}, &records_hash_);
  }
  BL_RETURN_IF_ERROR(FlushRecords());
  BL_RETURN_IF_ERROR(VerifyPart());
  BL_RETURN_IF_ERROR(CheckRecordRows(cluster_, stored_.load(), records_hash_.Finish()));
  storage::v1::StoredClusterDataset about;
  *about.mutable_dataset() = dataset;
  about.set_records(records_);
  for (const auto& shard : cluster_.shards) {
    // With the copies that the last check of each part allowed.
    uint64_t least = std::numeric_limits<uint64_t>::max();
    for (const auto& server : shard->servers()) {
      BL_ASSIGN_OR_RETURN(const auto partitions, cluster_.tables.PostingPartitions(*server));
      BL_RETURN_IF_ERROR(CheckParts(*server, partitions));
      uint64_t rows = 0;
      for (const IndexTables::Partition& partition : partitions) {
        if (partition.load == stored_.load()) rows += partition.rows;
      }
      least = std::min(least, rows);
    }
    about.add_shard_rows(least);
  }
  // From now on it may be visible, whatever the answer.
  may_be_visible_ = true;
  return ShowDataset(cluster_, stored_.load(), about);
}

}  // namespace blindlink::resolver
