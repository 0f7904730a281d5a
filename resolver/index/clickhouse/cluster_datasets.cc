#include "resolver/index/clickhouse/cluster_datasets.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/hex.h"
#include "common/base/secret_bytes.h"
#include "common/base/status_macros.h"
#include "common/crypto/random.h"
#include "resolver/index/clickhouse/posting_cipher.h"
#include "resolver/storage/stored_message.h"

namespace blindlink::resolver {
namespace {

// A commit may be tried twice, with different texts, so each has a name of its own: its first
// bytes.
constexpr size_t kNonceBytes = 16;

std::string NameOf(absl::string_view nonce) { return absl::StrCat("dataset ", nonce); }

std::string Encode(const Cluster& cluster, uint64_t load,
                   const storage::v1::StoredClusterDataset& about) {
  const SecretBytes random = RandomBytes(kNonceBytes);
  const std::string nonce(reinterpret_cast<const char*>(random.Reveal().data()), kNonceBytes);
  std::string text = StoredForm(about);
  ApplyToText(*cluster.cipher, load, NameOf(nonce), &text);
  return nonce + text;
}

absl::StatusOr<VisibleDataset> Decode(const Cluster& cluster, uint32_t number, uint64_t load,
                                      absl::string_view about) {
  VisibleDataset dataset{load, {}};
  const absl::string_view nonce = about.substr(0, kNonceBytes);
  std::string text(about.substr(nonce.size()));
  ApplyToText(*cluster.cipher, load, NameOf(nonce), &text);
  if (!ParseStored(text, &dataset.about) || dataset.number() != number) {
    return cluster.first().Named(absl::DataLossError(
        "holds a damaged dataset row, or one of another index key: restore the shard"));
  }
  return dataset;
}

absl::StatusOr<uint64_t> CountOf(const Cluster& cluster, const Server& server, uint64_t load) {
  const NativeType types[] = {kUInt64};
  BL_ASSIGN_OR_RETURN(const auto found,
                      server.Select(absl::StrCat("SELECT count() FROM ", cluster.tables.datasets(),
                                                 " WHERE load = ", load),
                                    types));
  return found->rows() == 0 ? 0 : found->blocks[0].columns[0].At<uint64_t>(0);
}

// Until the server has the row of the load that `insert` inserts.
absl::Status ShowOn(const Server& server, const Cluster& cluster, uint64_t load,
                    const std::string& insert) {
  const auto deadline = std::chrono::steady_clock::now() + cluster.options.patience;
  while (true) {
    const std::string query_id = RandomQueryId();
    absl::Status written = server.ExecuteOnce(insert, query_id);
    if (!written.ok() && !absl::IsUnavailable(written)) return written;
    // Whether the answer was lost or not, what counts is the row.
    if (!written.ok()) BL_RETURN_IF_ERROR(server.WaitForEnd(query_id));
    BL_ASSIGN_OR_RETURN(const uint64_t found, CountOf(cluster, server, load));
    if (found > 0) return absl::OkStatus();
    if (written.ok()) return cluster.owner.Fenced();
    if (std::chrono::steady_clock::now() > deadline) return written;
  }
}

// What one server of the first shard shows: of each load, the statement that shows it elsewhere.
struct ShownOnServer {
  std::map<uint64_t, std::string> inserts;
  std::set<uint64_t> with_records;
};

absl::StatusOr<ShownOnServer> ReadShown(const Cluster& cluster, const Server& server) {
  ShownOnServer shown;
  const NativeType types[] = {kUInt32, kUInt64, kUInt64, kString};
  BL_ASSIGN_OR_RETURN(
      const auto found,
      server.Select(absl::StrCat("SELECT DISTINCT dataset, load, postings, hex(about) FROM ",
                                 cluster.tables.datasets()),
                    types));
  for (const NativeBlock& block : found->blocks) {
    for (size_t row = 0; row < block.rows; ++row) {
      const auto load = block.columns[1].At<uint64_t>(row);
      shown.inserts[load] =
          absl::StrCat("INSERT INTO ", cluster.tables.datasets(), " SELECT toUInt32(",
                       block.columns[0].At<uint32_t>(row), "), toUInt64(", load, "), toUInt64(",
                       block.columns[2].At<uint64_t>(row), "), unhex('",
                       block.columns[3].StringAt(row), "')", cluster.owner.AsCondition());
    }
  }
  BL_ASSIGN_OR_RETURN(const auto partitions, cluster.tables.RecordPartitions(server));
  for (const IndexTables::Partition& partition : partitions) {
    shown.with_records.insert(partition.load);
  }
  return shown;
}

absl::Status HasMissed(const Server& server, const Server& other) {
  return server.Named(absl::FailedPreconditionError(
      absl::StrCat("lacks a dataset that ", other.name(),
                   " has: one of the two was left out of shards.replicas for a time. Take that one "
                   "out again, or move the index (docs/cluster.md)")));
}

}  // namespace

absl::StatusOr<std::vector<VisibleDataset>> ReadDatasets(const Cluster& cluster) {
  const NativeType types[] = {kUInt32, kUInt64, kString};
  BL_ASSIGN_OR_RETURN(
      const auto found,
      cluster.first().Select(
          absl::StrCat("SELECT DISTINCT dataset, load, about FROM ", cluster.tables.datasets()),
          types));
  std::vector<VisibleDataset> all;
  for (const NativeBlock& block : found->blocks) {
    for (size_t row = 0; row < block.rows; ++row) {
      BL_ASSIGN_OR_RETURN(all.emplace_back(), Decode(cluster, block.columns[0].At<uint32_t>(row),
                                                     block.columns[1].At<uint64_t>(row),
                                                     block.columns[2].StringAt(row)));
    }
  }
  std::erase_if(all, [&cluster](const VisibleDataset& dataset) {
    return cluster.unfinished->Has(dataset.load);
  });
  std::sort(all.begin(), all.end(), [](const VisibleDataset& a, const VisibleDataset& b) {
    return std::make_pair(a.number(), a.load) < std::make_pair(b.number(), b.load);
  });
  // Of a commit that was tried twice.
  all.erase(std::unique(all.begin(), all.end(),
                        [](const VisibleDataset& a, const VisibleDataset& b) {
                          return a.number() == b.number() && a.load == b.load;
                        }),
            all.end());
  const auto twice = std::adjacent_find(
      all.begin(), all.end(),
      [](const VisibleDataset& a, const VisibleDataset& b) { return a.number() == b.number(); });
  if (twice == all.end()) return all;
  return cluster.first().Named(absl::DataLossError(
      absl::StrCat("has dataset ", twice->number(), " twice: two resolvers wrote to the index")));
}

absl::Status ShowDataset(const Cluster& cluster, uint64_t load,
                         const storage::v1::StoredClusterDataset& about) {
  uint64_t rows = 0;
  for (const uint64_t of_shard : about.shard_rows()) rows += of_shard;
  const std::string insert = absl::StrCat(
      "INSERT INTO ", cluster.tables.datasets(), " SELECT toUInt32(",
      about.dataset().dataset_number(), "), toUInt64(", load, "), toUInt64(", rows, "), unhex('",
      HexEncode(Encode(cluster, load, about)), "')", cluster.owner.AsCondition());
  const bool alone = cluster.first().servers().size() == 1;
  if (!alone) cluster.unfinished->Begin(load);
  BL_RETURN_IF_ERROR(cluster.first().ForEach(
      [&](const Server& server) { return ShowOn(server, cluster, load, insert); }));
  cluster.unfinished->End(load);
  return absl::OkStatus();
}

absl::Status DropDatasetRow(const Cluster& cluster, uint32_t number) {
  return cluster.first().ForEach([&](const Server& server) {
    return cluster.tables.DropPartition(server, cluster.tables.datasets(), absl::StrCat(number));
  });
}

absl::Status FinishCommits(const Cluster& cluster) {
  const auto& servers = cluster.first().servers();
  if (servers.size() == 1) return absl::OkStatus();
  std::map<const Server*, ShownOnServer> shown;
  for (const auto& server : servers) {
    BL_ASSIGN_OR_RETURN(shown[server.get()], ReadShown(cluster, *server));
  }
  for (const auto& [from, there] : shown) {
    for (const auto& [load, insert] : there.inserts) {
      // While a dataset is removed, its records leave before its row.
      if (!there.with_records.contains(load)) continue;
      for (const auto& [to, here] : shown) {
        if (here.inserts.contains(load)) continue;
        if (!here.with_records.contains(load)) return HasMissed(*to, *from);
        BL_RETURN_IF_ERROR(ShowOn(*to, cluster, load, insert));
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace blindlink::resolver
