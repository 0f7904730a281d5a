#include "resolver/index/clickhouse/clickhouse_token_index.h"

#include <algorithm>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/fd.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"
#include "resolver/index/clickhouse/clickhouse_dataset_writer.h"
#include "resolver/index/clickhouse/cluster.h"
#include "resolver/index/clickhouse/cluster_datasets.h"
#include "resolver/index/clickhouse/index_folder.h"
#include "resolver/index/clickhouse/index_owner.h"
#include "resolver/index/clickhouse/posting_sweep.h"
#include "resolver/index/clickhouse/record_rows.h"
#include "resolver/index/clickhouse/shared_clickhouse_index.h"

namespace blindlink::resolver {
namespace {

bool Contains(const std::vector<uint32_t>& numbers, uint32_t number) {
  return std::find(numbers.begin(), numbers.end(), number) != numbers.end();
}

// Gives no records: of a dataset that the index does not have.
class NoRecords : public Cursor<RecordPseudonym> {
 public:
  absl::StatusOr<absl::Span<const RecordPseudonym>> Next() override {
    return absl::Span<const RecordPseudonym>();
  }
};

class ClickHouseTokenIndex : public TokenIndex {
 public:
  ClickHouseTokenIndex(UniqueFd lock, std::shared_ptr<const Cluster> cluster)
      : lock_(std::move(lock)), shared_cluster_(std::move(cluster)), cluster_(*shared_cluster_) {}

  absl::StatusOr<std::unique_ptr<DatasetWriter>> BeginDataset(
      uint32_t number, const std::filesystem::path& scratch) override {
    BL_ASSIGN_OR_RETURN(const auto datasets, ReadDatasets(cluster_));
    for (const VisibleDataset& dataset : datasets) {
      if (dataset.number() != number) continue;
      return absl::AlreadyExistsError(
          absl::StrCat("dataset number ", number, " is already in the index"));
    }
    return ClickHouseDatasetWriter::Begin(cluster_, number, scratch);
  }

  absl::Status RemoveDataset(uint32_t number) override {
    BL_RETURN_IF_ERROR(cluster_.owner.Check());
    const IndexTables& tables = cluster_.tables;
    // What has a row must be whole, unless it is known to be removed; the row of a commit that has
    // reached some servers only would make it visible at the next opening.
    const auto visible = ReadDatasets(cluster_);
    const bool is_visible =
        !visible.ok() ||  // a damaged one can be removed too
        std::any_of(visible->begin(), visible->end(),
                    [&](const VisibleDataset& dataset) { return dataset.number() == number; });
    if (!is_visible) BL_RETURN_IF_ERROR(DropDatasetRow(cluster_, number));
    BL_RETURN_IF_ERROR(cluster_.ForEachServer([&](const Server& server) -> absl::Status {
      BL_ASSIGN_OR_RETURN(const auto partitions, tables.PostingPartitions(server));
      return Drop(server, tables.postings(), number, partitions);
    }));
    BL_RETURN_IF_ERROR(cluster_.first().ForEach([&](const Server& server) -> absl::Status {
      BL_ASSIGN_OR_RETURN(const auto partitions, tables.RecordPartitions(server));
      return Drop(server, tables.records(), number, partitions);
    }));
    return DropDatasetRow(cluster_, number);
  }

  absl::StatusOr<std::vector<storage::v1::CommittedDataset>> Datasets() const override {
    BL_ASSIGN_OR_RETURN(const auto datasets, ReadDatasets(cluster_));
    std::vector<storage::v1::CommittedDataset> all;
    all.reserve(datasets.size());
    for (const VisibleDataset& dataset : datasets) all.push_back(dataset.about.dataset());
    return all;
  }

  absl::StatusOr<std::unique_ptr<Cursor<Posting>>> Postings(
      const PostingQuery& query) const override {
    BL_ASSIGN_OR_RETURN(auto datasets, ReadDatasets(cluster_));
    if (!query.datasets.empty()) {
      std::erase_if(datasets, [&query](const VisibleDataset& dataset) {
        return !Contains(query.datasets, dataset.number());
      });
    }
    PostingCipher cipher(*cluster_.cipher);
    std::vector<LoadToRead> loads;
    for (const VisibleDataset& dataset : datasets) {
      cipher.SetLoad(*cluster_.cipher, dataset.number(), dataset.load);
      loads.push_back(LoadToRead::Of(dataset));
    }
    return std::make_unique<PostingSweep>(cluster_, std::move(cipher), std::move(loads), query);
  }

  absl::StatusOr<std::unique_ptr<Cursor<RecordPseudonym>>> Records(
      uint32_t dataset) const override {
    BL_ASSIGN_OR_RETURN(auto datasets, ReadDatasets(cluster_));
    for (VisibleDataset& found : datasets) {
      if (found.number() == dataset) return ReadRecords(cluster_, std::move(found));
    }
    return std::make_unique<NoRecords>();
  }

  absl::StatusOr<std::unique_ptr<OwnedSharedIndex>> Share(
      const std::vector<uint32_t>& datasets) const override {
    return ShareClickHouseIndex(shared_cluster_, datasets);
  }

 private:
  absl::Status Drop(const Server& server, const std::string& table, uint32_t dataset,
                    const std::vector<IndexTables::Partition>& partitions) const {
    for (const IndexTables::Partition& partition : partitions) {
      if (partition.dataset != dataset) continue;
      BL_RETURN_IF_ERROR(cluster_.tables.DropPartition(server, table, partition.id));
    }
    return absl::OkStatus();
  }

  const UniqueFd lock_;
  const std::shared_ptr<const Cluster> shared_cluster_;
  const Cluster& cluster_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<TokenIndex>> OpenClickHouseTokenIndex(
    const ClickHouseOptions& options, const IndexToOpen& index) {
  BL_ASSIGN_OR_RETURN(UniqueFd lock, LockIndexFolder(index.folder));
  BL_ASSIGN_OR_RETURN(storage::v1::StoredClusterIndex stored, ReadOrMakeIndexFolder(index));
  const IndexTables tables(stored.project(), stored.id(), stored.evidence_bytes());
  BL_ASSIGN_OR_RETURN(IndexServers servers, ConnectServers(options, tables));
  const size_t shards = servers.shards.size();
  if (!stored.created()) {
    BL_RETURN_IF_ERROR(
        servers.ForEachServer([&](const Server& server) { return tables.Create(server, shards); }));
    stored.set_created(true);
    BL_RETURN_IF_ERROR(WriteIndexFolder(index.folder, stored));
  }
  BL_RETURN_IF_ERROR(servers.ForEachServer(
      [&](const Server& server) { return tables.CheckLayout(server, shards); }));
  BL_ASSIGN_OR_RETURN(IndexOwner owner, IndexOwner::Take(servers.first(), tables, index.folder));
  const auto cluster =
      std::make_shared<const Cluster>(Cluster{std::move(servers), std::move(owner), index.cipher});
  BL_RETURN_IF_ERROR(FinishCommits(*cluster));
  return std::make_unique<ClickHouseTokenIndex>(std::move(lock), cluster);
}

absl::StatusOr<std::unique_ptr<TokenIndex>> ClickHouseEngine::Open(const IndexToOpen& index) const {
  return OpenClickHouseTokenIndex(options_, index);
}

absl::Status ClickHouseEngine::Remove(const std::filesystem::path& folder) const {
  BL_ASSIGN_OR_RETURN(const auto stored, ReadIndexFolder(folder));
  if (stored.has_value()) {
    const IndexTables tables(stored->project(), stored->id(), stored->evidence_bytes());
    BL_ASSIGN_OR_RETURN(const IndexServers servers, ConnectServers(options_, tables));
    BL_RETURN_IF_ERROR(
        servers.ForEachServer([&](const Server& server) { return tables.Drop(server); }));
  }
  std::error_code error;
  std::filesystem::remove_all(folder, error);
  return error ? ErrnoStatus(error.value(), "remove", folder) : absl::OkStatus();
}

uint64_t ClickHouseEngine::LocalBytes(const std::filesystem::path&) const { return 0; }

absl::Status ClickHouseEngine::AllowMove(const std::filesystem::path& folder) const {
  return WriteFileAtomically(folder / IndexOwner::kTakeOverFile, "", 0600);
}

}  // namespace blindlink::resolver
