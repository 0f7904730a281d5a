#include "resolver/index/clickhouse/posting_sweep.h"

#include <algorithm>
#include <limits>
#include <map>
#include <numeric>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/status_macros.h"
#include "resolver/index/clickhouse/posting_columns.h"

namespace blindlink::resolver {
namespace {

constexpr size_t kBatch = 4096;
constexpr uint64_t kMax = std::numeric_limits<uint64_t>::max();

bool Contains(const std::vector<uint32_t>& numbers, uint32_t number) {
  return std::find(numbers.begin(), numbers.end(), number) != numbers.end();
}

uint64_t RowsOf(const LoadToRead& load) {
  return std::accumulate(load.shard_rows.begin(), load.shard_rows.end(), uint64_t{0});
}

// The highest `hi` of a token below `end`; nothing if there is no such token.
std::optional<uint64_t> LastBelow(const std::optional<StoredToken>& end) {
  if (!end.has_value()) return kMax;
  if (end->Low() > 0) return end->High();
  if (end->High() == 0) return std::nullopt;
  return end->High() - 1;
}

}  // namespace

LoadToRead LoadToRead::Of(const VisibleDataset& dataset) {
  const auto& rows = dataset.about.shard_rows();
  return {dataset.number(), dataset.load, {rows.begin(), rows.end()}};
}

PostingSweep::PostingSweep(const IndexServers& servers, PostingCipher cipher,
                           std::vector<LoadToRead> loads, const PostingQuery& query)
    : servers_(servers),
      to_read_(std::move(loads)),
      only_with_(query.only_with),
      first_(query.first),
      end_(query.end),
      cipher_(std::move(cipher)) {
  std::vector<uint64_t> all_loads;
  std::vector<uint64_t> only_with_loads;
  uint64_t rows = 0;
  uint64_t only_with_rows = 0;
  for (const LoadToRead& load : to_read_) {
    all_loads.push_back(load.load);
    rows += RowsOf(load);
    if (!Contains(only_with_, load.dataset)) continue;
    only_with_loads.push_back(load.load);
    only_with_rows += RowsOf(load);
  }
  loads_ = absl::StrJoin(all_loads, ", ");
  only_with_loads_ = absl::StrJoin(only_with_loads, ", ");
  // With `only_with`, each of its tokens brings about one posting of every dataset at most.
  const uint64_t expected =
      only_with_.empty() ? rows : std::min(rows, only_with_rows * (1 + to_read_.size()));
  const uint64_t ranges = expected / std::max<uint64_t>(servers.options.rows_per_range, 1) + 1;
  step_ = kMax / ranges;
  MakeRanges(query);
  if (!done_) FetchNext();
}

void PostingSweep::MakeRanges(const PostingQuery& query) {
  const std::optional<uint64_t> last = LastBelow(end_);
  const bool nothing = loads_.empty() || (!only_with_.empty() && only_with_loads_.empty());
  done_ = nothing || !last.has_value() || query.first.High() > *last;
  if (done_) return;
  last_hi_ = *last;
  next_.shard = ShardOf(servers_.first_tokens, query.first.High());
  next_.first = query.first.High();
}

std::string PostingSweep::SelectOf(const Range& range) const {
  const std::string between = absl::StrCat("hi BETWEEN ", range.first, " AND ", range.last);
  const std::string& table = servers_.tables.postings();
  if (only_with_loads_.empty()) {
    return absl::StrCat("SELECT ", kSweptColumns, " FROM ", table, " WHERE ", between,
                        " AND load IN (", loads_, ")");
  }
  return absl::StrCat("SELECT ", kSweptColumns, " FROM ", table, " PREWHERE ", between,
                      " AND hi IN (SELECT hi FROM ", table, " WHERE ", between, " AND load IN (",
                      only_with_loads_, ")) WHERE load IN (", loads_, ")");
}

absl::StatusOr<PostingSweep::Answer> PostingSweep::FetchFrom(const Server& server,
                                                             const Range& range,
                                                             const Given& given) const {
  Answer answer{nullptr, &server};
  BL_ASSIGN_OR_RETURN(
      answer.rows,
      server.Select(SelectOf(range), SweptTypes(servers_.tables.evidence_bytes()), Tries::kOnce));
  if (given.shard == range.shard && given.server != nullptr && given.server != &server) {
    BL_RETURN_IF_ERROR(CheckGiven(server, given, range.first));
  }
  if (range.last_of_shard) BL_RETURN_IF_ERROR(CheckComplete(server));
  return answer;
}

absl::StatusOr<PostingSweep::Answer> PostingSweep::Fetch(const Range& range,
                                                         const Given& given) const {
  Answer answer;
  BL_RETURN_IF_ERROR(servers_.shards[range.shard]->Read([&](const Server& server) -> absl::Status {
    BL_ASSIGN_OR_RETURN(answer, FetchFrom(server, range, given));
    return absl::OkStatus();
  }));
  return answer;
}

void PostingSweep::FetchNext() {
  Range range = next_;
  const bool last_shard = range.shard + 1 == servers_.shards.size();
  const uint64_t shard_end =
      last_shard ? last_hi_ : std::min(last_hi_, servers_.first_tokens[range.shard + 1] - 1);
  range.last = shard_end - range.first < step_ ? shard_end : range.first + step_;
  range.last_of_shard = range.last == shard_end;
  fetching_range_ = range;
  fetching_ = std::async(std::launch::async,
                         [this, range, given = given_of_shard_] { return Fetch(range, given); });
  done_ = range.last == last_hi_;
  if (done_) return;
  next_.first = range.last + 1;
  if (range.last_of_shard) ++next_.shard;
}

absl::Status PostingSweep::CheckGiven(const Server& server, const Given& given,
                                      uint64_t end) const {
  const NativeType types[] = {kUInt64};
  uint64_t rows = 0;
  for (uint64_t first = given.first; first < end;) {
    const uint64_t last = end - 1 - first < step_ ? end - 1 : first + step_;
    BL_ASSIGN_OR_RETURN(
        const auto found,
        server.Select(absl::StrCat("SELECT count() FROM (SELECT DISTINCT dataset, hi, lo, "
                                   "match_key, record, form FROM (",
                                   SelectOf({given.shard, first, last, false}), "))"),
                      types, Tries::kOnce));
    if (found->rows() == 1) rows += found->blocks[0].columns[0].At<uint64_t>(0);
    if (last == end - 1) break;
    first = last + 1;
  }
  if (rows == given.rows) return absl::OkStatus();
  return server.Named(absl::DataLossError(
      absl::StrCat("has ", rows, " postings where ", given.server->name(), " gave ", given.rows,
                   ": restore the one that has lost some from a replica or backup")));
}

// A server that was restarted may have put aside what it found damaged.
absl::Status PostingSweep::CheckComplete(const Server& server) const {
  BL_ASSIGN_OR_RETURN(const auto partitions,
                      servers_.tables.PostingPartitions(server, Tries::kOnce));
  std::map<uint64_t, uint64_t> rows;
  for (const auto& partition : partitions) rows[partition.load] += partition.rows;
  for (const LoadToRead& load : to_read_) {
    if (load.shard_rows.size() != servers_.shards.size()) {
      return absl::FailedPreconditionError(
          "the token index was written with another number of shards: restore the configuration");
    }
    const uint64_t expected = load.shard_rows[server.shard()];
    if (rows[load.load] >= expected) continue;
    return server.Named(absl::DataLossError(
        absl::StrCat("has ", rows[load.load], " of the ", expected, " postings of dataset number ",
                     load.dataset, ": restore the shard from a replica or backup")));
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> PostingSweep::TakeRange() {
  if (!fetching_.valid()) return false;
  const Range range = fetching_range_;
  BL_ASSIGN_OR_RETURN(answer_, fetching_.get());
  given_ = 0;
  if (!SortRows(*answer_.rows, servers_.tables.evidence_bytes(), &rows_)) {
    return answer_.server->Named(absl::DataLossError("holds damaged postings: restore the shard"));
  }
  if (given_of_shard_.server == nullptr || given_of_shard_.shard != range.shard) {
    given_of_shard_ = {range.shard, nullptr, range.first, 0};
  }
  given_of_shard_.server = answer_.server;
  given_of_shard_.rows += rows_.size();
  if (!done_) FetchNext();
  if (!only_with_.empty()) KeepTokensOf(only_with_, &rows_);
  return true;
}

absl::StatusOr<absl::Span<const Posting>> PostingSweep::Next() {
  batch_.clear();
  while (batch_.empty()) {
    if (given_ == rows_.size()) {
      BL_ASSIGN_OR_RETURN(const bool more, TakeRange());
      if (!more) break;
    }
    for (; given_ < rows_.size() && batch_.size() < kBatch; ++given_) {
      Posting posting = rows_[given_].AsPosting();
      if (posting.token < first_ || (end_.has_value() && posting.token >= *end_)) continue;
      batch_.push_back(posting);
    }
  }
  cipher_.Apply(absl::MakeSpan(batch_));
  return absl::MakeConstSpan(batch_);
}

}  // namespace blindlink::resolver
