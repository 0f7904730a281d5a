#include "resolver/index/clickhouse/index_tables.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "common/base/status_macros.h"

namespace blindlink::resolver {
namespace {

// "1-17-3": the parts of a partition key that are all integers, as the server joins them.
bool ParsePartition(absl::string_view id, IndexTables::Partition* partition) {
  const std::vector<absl::string_view> parts = absl::StrSplit(id, '-');
  if (parts.size() < 2 || parts.size() > 3) return false;
  partition->id = std::string(id);
  return absl::SimpleAtoi(parts[0], &partition->dataset) &&
         absl::SimpleAtoi(parts[1], &partition->load) &&
         (parts.size() == 2 || absl::SimpleAtoi(parts[2], &partition->part));
}

}  // namespace

IndexTables::IndexTables(absl::string_view project, absl::string_view id, uint32_t evidence_bytes)
    : project_(project),
      id_(id),
      prefix_(absl::StrCat(absl::StrReplaceAll(project, {{"-", "_"}}), "_", id, "_")),
      postings_(absl::StrCat("`", prefix_, "postings`")),
      records_(absl::StrCat("`", prefix_, "records`")),
      datasets_(absl::StrCat("`", prefix_, "datasets`")),
      owners_(absl::StrCat("`", prefix_, "owners`")),
      layout_(absl::StrCat("`", prefix_, "layout`")),
      exchange_(absl::StrCat("`", prefix_, "exchange`")),
      evidence_bytes_(evidence_bytes) {}

absl::Status IndexTables::Create(const Server& server, size_t shards) const {
  const std::string create = "CREATE TABLE IF NOT EXISTS ";
  const std::string statements[] = {
      absl::StrCat(create, postings_,
                   " (dataset UInt32, load UInt64, part UInt32, hi UInt64, lo UInt16, match_key "
                   "UInt8, record UInt32, form UInt8, width UInt8, evidence FixedString(",
                   evidence_bytes_,
                   ")) ENGINE = MergeTree PARTITION BY (dataset, load, part) ORDER BY (hi, lo, "
                   "match_key, record, form)"),
      absl::StrCat(create, records_,
                   " (dataset UInt32, load UInt64, first UInt32, pseudonyms String) ENGINE = "
                   "MergeTree PARTITION BY (dataset, load) ORDER BY first SETTINGS "
                   "index_granularity = 16"),
      absl::StrCat(create, datasets_,
                   " (dataset UInt32, load UInt64, postings UInt64, about String) ENGINE = "
                   "MergeTree PARTITION BY dataset ORDER BY load"),
      absl::StrCat(create, owners_,
                   " (opened UInt64, owner UInt64, place String, host String, at DateTime) ENGINE "
                   "= MergeTree ORDER BY opened"),
      absl::StrCat(create, layout_,
                   " (shard UInt32, shards UInt32, first_token UInt64) ENGINE = MergeTree ORDER BY "
                   "shard"),
      absl::StrCat("INSERT INTO ", layout_, " SELECT ", server.shard(), ", ", shards, ", toUInt64(",
                   server.first_token(), ")")};
  for (const std::string& statement : statements) BL_RETURN_IF_ERROR(server.Execute(statement));
  return absl::OkStatus();
}

absl::Status IndexTables::CheckLayout(const Server& server, size_t shards) const {
  const NativeType types[] = {kUInt32, kUInt32, kUInt64};
  BL_ASSIGN_OR_RETURN(
      const auto found,
      server.Select(absl::StrCat("SELECT DISTINCT shard, shards, first_token FROM ", layout_),
                    types));
  for (const NativeBlock& block : found->blocks) {
    for (size_t row = 0; row < block.rows; ++row) {
      if (block.columns[0].At<uint32_t>(row) == server.shard() &&
          block.columns[1].At<uint32_t>(row) == shards &&
          block.columns[2].At<uint64_t>(row) == server.first_token()) {
        continue;
      }
      return server.Named(absl::FailedPreconditionError(absl::StrCat(
          "was shard ", block.columns[0].At<uint32_t>(row) + 1, " of ",
          block.columns[1].At<uint32_t>(row),
          " with another range of tokens when the index was made: give the shards in the "
          "configuration as they were then (docs/cluster.md)")));
    }
  }
  if (found->rows() > 0) return absl::OkStatus();
  return server.Named(absl::FailedPreconditionError("has not been made part of this index"));
}

absl::Status IndexTables::Drop(const Server& server) const {
  for (const std::string& table : {postings_, records_, datasets_, owners_, layout_, exchange_}) {
    BL_RETURN_IF_ERROR(server.Execute(absl::StrCat("DROP TABLE IF EXISTS ", table)));
  }
  return absl::OkStatus();
}

// A row can have a MiB, and a merge holds 8192 rows at once. Blocks are read soon and by their
// keys, so nothing is gained by merging them: each INSERT stays a part of its own.
absl::Status IndexTables::ClearExchange(const Server& server) const {
  BL_RETURN_IF_ERROR(server.Execute(absl::StrCat(
      "CREATE TABLE IF NOT EXISTS ", exchange_,
      " (run UInt64, kind UInt8, part UInt32, attempt UInt64, number UInt32, size UInt32, bytes "
      "String) ENGINE = MergeTree PARTITION BY run ORDER BY (kind, part, attempt, number) SETTINGS "
      "index_granularity = 1, max_bytes_to_merge_at_max_space_in_pool = 1, "
      "max_bytes_to_merge_at_min_space_in_pool = 1, parts_to_delay_insert = 100000, "
      "parts_to_throw_insert = 100000")));
  const NativeType types[] = {kString};
  BL_ASSIGN_OR_RETURN(
      const auto found,
      server.Select(absl::StrCat("SELECT DISTINCT partition_id FROM system.parts WHERE database = "
                                 "currentDatabase() AND active AND table = '",
                                 prefix_, "exchange'"),
                    types));
  for (const NativeBlock& block : found->blocks) {
    for (size_t row = 0; row < block.rows; ++row) {
      BL_RETURN_IF_ERROR(
          DropPartition(server, exchange_, std::string(block.columns[0].StringAt(row))));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<IndexTables::Partition>> IndexTables::PostingPartitions(
    const Server& server, Tries tries) const {
  return PartitionsOf(server, prefix_ + "postings", tries);
}

absl::StatusOr<std::vector<IndexTables::Partition>> IndexTables::RecordPartitions(
    const Server& server) const {
  return PartitionsOf(server, prefix_ + "records", Tries::kPatiently);
}

absl::StatusOr<std::vector<IndexTables::Partition>> IndexTables::PartitionsOf(
    const Server& server, const std::string& table, Tries tries) const {
  const NativeType types[] = {kString, kUInt64};
  BL_ASSIGN_OR_RETURN(
      const auto found,
      server.Select(absl::StrCat("SELECT partition_id, sum(rows) FROM system.parts WHERE "
                                 "database = currentDatabase() AND active AND table = '",
                                 table, "' GROUP BY partition_id"),
                    types, tries));
  std::vector<Partition> partitions;
  for (const NativeBlock& block : found->blocks) {
    for (size_t row = 0; row < block.rows; ++row) {
      Partition& partition = partitions.emplace_back();
      partition.rows = block.columns[1].At<uint64_t>(row);
      if (!ParsePartition(block.columns[0].StringAt(row), &partition)) {
        return server.Named(absl::DataLossError(
            "has a partition in the index's tables that the resolver did not make: restore it"));
      }
    }
  }
  return partitions;
}

absl::Status IndexTables::Deduplicate(const Server& server, const std::string& table,
                                      const std::string& id) const {
  return server.Execute(
      absl::StrCat("OPTIMIZE TABLE ", table, " PARTITION ID '", id, "' FINAL DEDUPLICATE"));
}

absl::Status IndexTables::DropPartition(const Server& server, const std::string& table,
                                        const std::string& id) const {
  return server.Execute(absl::StrCat("ALTER TABLE ", table, " DROP PARTITION ID '", id, "'"));
}

}  // namespace blindlink::resolver
