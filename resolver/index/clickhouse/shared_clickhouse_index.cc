#include "resolver/index/clickhouse/shared_clickhouse_index.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

#include "common/base/byte_order.h"
#include "common/base/status_macros.h"
#include "common/crypto/random.h"
#include "resolver/index/clickhouse/cluster_datasets.h"
#include "resolver/index/clickhouse/exchange.h"
#include "resolver/index/clickhouse/index_access.h"
#include "resolver/index/clickhouse/posting_sweep.h"

namespace blindlink::resolver {
namespace {

bool Contains(const std::vector<uint32_t>& numbers, uint32_t number) {
  return std::find(numbers.begin(), numbers.end(), number) != numbers.end();
}

uint64_t RandomRun() {
  uint64_t run = 0;
  while (run == 0) {
    const SecretBytes bytes = RandomBytes(sizeof(run));
    std::memcpy(&run, bytes.Reveal().data(), sizeof(run));
  }
  return run;
}

StoredToken FirstTokenOf(uint64_t high) {
  StoredToken token;
  StoreBigEndian64(high, token.bytes.data());
  return token;
}

std::string AsText(absl::Span<const uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// SharedIndex, or what derives from it, as the resolver and workers have it alike.
template <typename Interface>
class OnCluster : public Interface {
 public:
  OnCluster(std::shared_ptr<const IndexServers> servers, PostingCipher cipher,
            std::vector<LoadToRead> loads, uint64_t run, SecretBytes exchange_key)
      : servers_(std::move(servers)),
        cipher_(std::move(cipher)),
        loads_(std::move(loads)),
        exchange_(*servers_, run, std::move(exchange_key)) {}

  absl::StatusOr<std::unique_ptr<Cursor<Posting>>> Postings(
      const PostingQuery& query) const override {
    std::vector<LoadToRead> loads = loads_;
    if (!query.datasets.empty()) {
      std::erase_if(loads, [&query](const LoadToRead& load) {
        return !Contains(query.datasets, load.dataset);
      });
    }
    return std::make_unique<PostingSweep>(*servers_, cipher_, std::move(loads), query);
  }

  std::vector<StoredToken> Borders() const override {
    std::vector<StoredToken> borders;
    borders.reserve(servers_->first_tokens.size());
    for (const uint64_t first : servers_->first_tokens) borders.push_back(FirstTokenOf(first));
    return borders;
  }

  absl::Status Put(uint64_t attempt, uint64_t first,
                   std::vector<ExchangeBlock> blocks) const override {
    return exchange_.Put(attempt, first, std::move(blocks));
  }

  absl::Status Read(ExchangeBlock::Kind kind, uint32_t part, absl::Span<const uint64_t> attempts,
                    uint64_t expected,
                    absl::FunctionRef<absl::Status(absl::string_view)> handle) const override {
    return exchange_.Read(kind, part, attempts, expected, handle);
  }

 protected:
  const std::vector<LoadToRead>& loads() const { return loads_; }
  const Exchange& exchange() const { return exchange_; }

 private:
  const std::shared_ptr<const IndexServers> servers_;
  const PostingCipher cipher_;  // copied by each cursor
  const std::vector<LoadToRead> loads_;
  const Exchange exchange_;
};

class OwnedOnCluster : public OnCluster<OwnedSharedIndex> {
 public:
  OwnedOnCluster(std::shared_ptr<const Cluster> cluster, PostingCipher cipher,
                 std::vector<LoadToRead> loads)
      : OnCluster(cluster, std::move(cipher), std::move(loads), RandomRun(),
                  RandomBytes(ExchangeCipher::kKeySize)),
        cluster_(std::move(cluster)) {}
  ~OwnedOnCluster() override { exchange().Remove(); }
  OwnedOnCluster(const OwnedOnCluster&) = delete;
  OwnedOnCluster& operator=(const OwnedOnCluster&) = delete;

  v1::IndexAccess Access() const override {
    v1::IndexAccess access;
    access.set_project(cluster_->tables.project());
    access.set_id(cluster_->tables.id());
    access.set_evidence_bytes(cluster_->tables.evidence_bytes());
    for (const uint64_t first : cluster_->first_tokens) access.add_first_tokens(first);
    for (const LoadToRead& load : loads()) {
      v1::IndexAccess::Load& added = *access.add_loads();
      added.set_dataset(load.dataset);
      added.set_load(load.load);
      for (const uint64_t rows : load.shard_rows) added.add_shard_rows(rows);
      added.set_mask(AsText(EvidenceMaskOf(*cluster_->cipher, load.load)));
    }
    const EvidenceKeys keys = EvidenceKeys::Of(*cluster_->cipher);
    access.set_evidence_starts_key(AsText(keys.starts.Reveal()));
    access.set_evidence_stream_key(AsText(keys.stream.Reveal()));
    access.set_exchange(exchange().run());
    access.set_exchange_key(AsText(exchange().key().Reveal()));
    return access;
  }

 private:
  const std::shared_ptr<const Cluster> cluster_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<OwnedSharedIndex>> ShareClickHouseIndex(
    std::shared_ptr<const Cluster> cluster, const std::vector<uint32_t>& datasets) {
  // Before anything is removed, for it may be another resolver's.
  BL_RETURN_IF_ERROR(cluster->owner.Check());
  BL_ASSIGN_OR_RETURN(const auto visible, ReadDatasets(*cluster));
  PostingCipher cipher(*cluster->cipher);
  std::vector<LoadToRead> loads;
  for (const VisibleDataset& dataset : visible) {
    if (!Contains(datasets, dataset.number())) continue;
    cipher.SetLoad(*cluster->cipher, dataset.number(), dataset.load);
    loads.push_back(LoadToRead::Of(dataset));
  }
  BL_RETURN_IF_ERROR(cluster->ForEachServer(
      [&](const Server& server) { return cluster->tables.ClearExchange(server); }));
  return std::make_unique<OwnedOnCluster>(std::move(cluster), std::move(cipher), std::move(loads));
}

absl::StatusOr<std::unique_ptr<SharedIndex>> OpenSharedIndex(const ClickHouseOptions& options,
                                                             const v1::IndexAccess& access) {
  BL_RETURN_IF_ERROR(CheckAccess(access, options));
  BL_ASSIGN_OR_RETURN(
      IndexServers servers,
      ConnectServers(options, IndexTables(access.project(), access.id(), access.evidence_bytes())));
  BL_RETURN_IF_ERROR(servers.ForEachServer([&](const Server& server) {
    return servers.tables.CheckLayout(server, servers.shards.size());
  }));
  const std::string& key = access.exchange_key();
  return std::make_unique<OnCluster<SharedIndex>>(
      std::make_shared<const IndexServers>(std::move(servers)), CipherOf(access), LoadsOf(access),
      access.exchange(), SecretBytes({reinterpret_cast<const uint8_t*>(key.data()), key.size()}));
}

}  // namespace blindlink::resolver
