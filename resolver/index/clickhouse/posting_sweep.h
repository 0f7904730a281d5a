#pragma once

#include <cstdint>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "resolver/index/clickhouse/cluster.h"
#include "resolver/index/clickhouse/cluster_datasets.h"
#include "resolver/index/clickhouse/posting_cipher.h"
#include "resolver/index/clickhouse/sorted_rows.h"
#include "resolver/index/token_index.h"

namespace blindlink::resolver {

// The postings of one dataset as a sweep knows them.
struct LoadToRead {
  uint32_t dataset = 0;
  uint64_t load = 0;
  std::vector<uint64_t> shard_rows;  // as committed

  static LoadToRead Of(const VisibleDataset& dataset);
};

// Reads postings shard by shard and range by range: the order of the shards is that of the tokens.
// One range is fetched while the one before it is given out. When a shard has given all its ranges,
// the server that gave them is asked whether it still has as many rows as were committed, so that
// what it has lost is an error and not a shorter answer. Tokens are spread evenly, so a range has
// about as many postings as any other of its width.
class PostingSweep : public Cursor<Posting> {
 public:
  // `loads`: those to read, one of a dataset, which `cipher` must know; `query.datasets` is not
  // looked at. `servers` must outlive it.
  PostingSweep(const IndexServers& servers, PostingCipher cipher, std::vector<LoadToRead> loads,
               const PostingQuery& query);

  absl::StatusOr<absl::Span<const Posting>> Next() override;

 private:
  // The postings with hi from `first` to `last` that one shard has.
  struct Range {
    size_t shard;
    uint64_t first;
    uint64_t last;
    bool last_of_shard;
  };
  struct Answer {
    std::unique_ptr<NativeRows> rows;
    const Server* server = nullptr;
  };
  // What has been given of one shard.
  struct Given {
    size_t shard = 0;
    const Server* server = nullptr;  // that gave it; null: nothing yet
    uint64_t first = 0;              // hi of the first range
    uint64_t rows = 0;               // no two of them equal
  };

  void MakeRanges(const PostingQuery& query);
  std::string SelectOf(const Range& range) const;
  absl::StatusOr<Answer> Fetch(const Range& range, const Given& given) const;
  absl::StatusOr<Answer> FetchFrom(const Server& server, const Range& range,
                                   const Given& given) const;
  void FetchNext();
  // Makes rows_ those of the next range; false if there is none.
  absl::StatusOr<bool> TakeRange();
  absl::Status CheckComplete(const Server& server) const;
  // Whether `server` would have given as many rows as another one of its shard has given. What that
  // one had lost would else be noticed by nobody, since nobody asks it at the end.
  absl::Status CheckGiven(const Server& server, const Given& given, uint64_t end) const;

  const IndexServers& servers_;
  const std::vector<LoadToRead> to_read_;
  std::vector<uint32_t> only_with_;
  const StoredToken first_;
  const std::optional<StoredToken> end_;
  std::string loads_;            // "1, 2"
  std::string only_with_loads_;  // empty: all tokens
  PostingCipher cipher_;

  uint64_t step_ = 0;  // width of a range
  bool done_ = false;
  Range next_{};
  uint64_t last_hi_ = 0;  // of the query

  Range fetching_range_{};
  std::future<absl::StatusOr<Answer>> fetching_;
  Answer answer_;
  Given given_of_shard_;
  std::vector<RowKey> rows_;
  size_t given_ = 0;
  std::vector<Posting> batch_;
};

}  // namespace blindlink::resolver
