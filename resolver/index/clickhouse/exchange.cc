#include "resolver/index/clickhouse/exchange.h"

#include <algorithm>
#include <limits>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/status_macros.h"

namespace blindlink::resolver {
namespace {

// Of blocks that are in memory at a time, as they are stored, about; and how many.
constexpr uint64_t kPageBytes = uint64_t{16} << 20;
constexpr size_t kPageBlocks = 256;
// Named in one statement, so that it is not too long for a server.
constexpr size_t kAttemptsTogether = 4096;

constexpr char kStartAgain[] = ": start the run again";

absl::Status Missing(uint64_t has, uint64_t expected) {
  return absl::DataLossError(absl::StrCat("the token index's servers have ", has, " of ", expected,
                                          " blocks of the run's exchange", kStartAgain));
}

absl::Status MissingOn(const Shard& shard, uint64_t number) {
  return shard.Named(absl::DataLossError(
      absl::StrCat("no longer has block ", number, " of an attempt of the run", kStartAgain)));
}

// Rows of the table, column by column.
class Columns {
 public:
  Columns(uint64_t run, uint64_t attempt) : run_(run), attempt_(attempt) {}

  void Add(const ExchangeCipher::Place& place, absl::string_view sealed) {
    Append<uint64_t>(run_, &runs_);
    Append<uint8_t>(static_cast<uint8_t>(place.kind), &kinds_);
    Append<uint32_t>(place.part, &parts_);
    Append<uint64_t>(attempt_, &attempts_);
    Append<uint32_t>(static_cast<uint32_t>(place.number), &numbers_);
    Append<uint32_t>(static_cast<uint32_t>(sealed.size()), &sizes_);
    AppendNativeString(sealed, &bytes_);
    ++rows_;
  }

  std::string Block() const {
    std::string block;
    AppendNativeBlock({{"run", kUInt64, runs_},
                       {"kind", kUInt8, kinds_},
                       {"part", kUInt32, parts_},
                       {"attempt", kUInt64, attempts_},
                       {"number", kUInt32, numbers_},
                       {"size", kUInt32, sizes_},
                       {"bytes", kString, bytes_}},
                      rows_, &block);
    return block;
  }

  uint64_t rows() const { return rows_; }

 private:
  template <typename Int>
  static void Append(Int value, std::string* to) {
    to->append(reinterpret_cast<const char*>(&value), sizeof(value));
  }

  const uint64_t run_;
  const uint64_t attempt_;
  uint64_t rows_ = 0;
  std::string runs_, kinds_, parts_, attempts_, numbers_, sizes_, bytes_;
};

}  // namespace

const Shard& Exchange::ShardOf(uint64_t attempt, uint64_t number) const {
  return *servers_.shards[(attempt + number) % servers_.shards.size()];
}

absl::Status Exchange::Put(uint64_t attempt, uint64_t first,
                           std::vector<ExchangeBlock> blocks) const {
  if (blocks.empty()) return absl::OkStatus();
  constexpr uint64_t kMost = std::numeric_limits<uint32_t>::max();
  if (first > kMost || blocks.size() > kMost - first) {
    return absl::InvalidArgumentError("an attempt has more blocks than an exchange can number");
  }
  std::map<size_t, Columns> of_shards;
  for (size_t i = 0; i < blocks.size(); ++i) {
    const ExchangeCipher::Place place{blocks[i].kind, blocks[i].part, attempt, first + i};
    BL_ASSIGN_OR_RETURN(const std::string sealed, cipher_.Seal(place, blocks[i].bytes));
    blocks[i].bytes = std::string();
    const size_t shard = ShardOf(attempt, place.number).index();
    of_shards.try_emplace(shard, run_, attempt).first->second.Add(place, sealed);
  }
  const std::string count =
      absl::StrCat("run = ", run_, " AND attempt = ", attempt, " AND number BETWEEN ", first,
                   " AND ", first + blocks.size() - 1);
  for (const auto& [shard, columns] : of_shards) {
    BL_RETURN_IF_ERROR(InsertOnce(servers_, *servers_.shards[shard], servers_.tables.exchange(),
                                  count, columns.rows(), {columns.Block()}));
  }
  return absl::OkStatus();
}

absl::Status Exchange::ListOf(const Shard& shard, const std::string& of_part,
                              absl::Span<const uint64_t> attempts,
                              const std::map<uint64_t, size_t>& turns,
                              std::vector<Listed>* listed) const {
  const NativeType types[] = {kUInt64, kUInt32, kUInt32};
  BL_ASSIGN_OR_RETURN(
      const auto found,
      shard.Select(
          absl::StrCat("SELECT attempt, number, size FROM ", servers_.tables.exchange(), " WHERE ",
                       of_part, " AND attempt IN (", absl::StrJoin(attempts, ", "), ")"),
          types));
  for (const NativeBlock& block : found->blocks) {
    for (size_t row = 0; row < block.rows; ++row) {
      const auto attempt = block.columns[0].At<uint64_t>(row);
      const auto turn = turns.find(attempt);
      if (turn == turns.end()) continue;
      listed->push_back({turn->second, attempt, block.columns[1].At<uint32_t>(row),
                         block.columns[2].At<uint32_t>(row)});
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Exchange::Listed>> Exchange::List(
    const std::string& of_part, absl::Span<const uint64_t> attempts) const {
  std::map<uint64_t, size_t> turns;
  for (const uint64_t attempt : attempts) turns.try_emplace(attempt, turns.size());
  std::vector<Listed> listed;
  for (const auto& shard : servers_.shards) {
    for (size_t begin = 0; begin < attempts.size(); begin += kAttemptsTogether) {
      BL_RETURN_IF_ERROR(
          ListOf(*shard, of_part, attempts.subspan(begin, kAttemptsTogether), turns, &listed));
    }
  }
  std::sort(listed.begin(), listed.end());
  listed.erase(std::unique(listed.begin(), listed.end()), listed.end());
  return listed;
}

absl::Status Exchange::Read(ExchangeBlock::Kind kind, uint32_t part,
                            absl::Span<const uint64_t> attempts, uint64_t expected,
                            absl::FunctionRef<absl::Status(absl::string_view)> handle) const {
  const std::string of_part = absl::StrCat(
      "run = ", run_, " AND kind = ", static_cast<uint32_t>(kind), " AND part = ", part);
  std::vector<Listed> listed;
  if (!attempts.empty()) {
    BL_ASSIGN_OR_RETURN(listed, List(of_part, attempts));
  }
  if (listed.size() != expected) return Missing(listed.size(), expected);
  for (size_t begin = 0; begin < listed.size();) {
    size_t end = begin;
    uint64_t bytes = 0;
    while (end < listed.size() && end - begin < kPageBlocks &&
           (end == begin || bytes + listed[end].bytes <= kPageBytes)) {
      bytes += listed[end++].bytes;
    }
    const auto page = absl::MakeConstSpan(listed).subspan(begin, end - begin);
    BL_RETURN_IF_ERROR(ReadPage(kind, part, of_part, page, handle));
    begin = end;
  }
  return absl::OkStatus();
}

absl::Status Exchange::ReadPage(ExchangeBlock::Kind kind, uint32_t part, const std::string& of_part,
                                absl::Span<const Listed> page,
                                absl::FunctionRef<absl::Status(absl::string_view)> handle) const {
  std::vector<std::string> conditions;
  for (size_t begin = 0; begin < page.size();) {
    size_t end = begin + 1;
    while (end < page.size() && page[end].turn == page[begin].turn) ++end;
    conditions.push_back(absl::StrCat("(attempt = ", page[begin].attempt, " AND number BETWEEN ",
                                      page[begin].number, " AND ", page[end - 1].number, ")"));
    begin = end;
  }
  const std::string select =
      absl::StrCat("SELECT attempt, number, bytes FROM ", servers_.tables.exchange(), " PREWHERE ",
                   of_part, " AND (", absl::StrJoin(conditions, " OR "), ")");
  const NativeType types[] = {kUInt64, kUInt32, kString};
  std::vector<std::unique_ptr<NativeRows>> answers;
  std::map<std::pair<uint64_t, uint32_t>, absl::string_view> stored;
  for (const auto& shard : servers_.shards) {
    BL_ASSIGN_OR_RETURN(answers.emplace_back(), shard->Select(select, types));
    for (const NativeBlock& block : answers.back()->blocks) {
      for (size_t row = 0; row < block.rows; ++row) {
        stored[{block.columns[0].At<uint64_t>(row), block.columns[1].At<uint32_t>(row)}] =
            block.columns[2].StringAt(row);
      }
    }
  }
  for (const Listed& wanted : page) {
    const auto found = stored.find({wanted.attempt, wanted.number});
    if (found == stored.end()) {
      return MissingOn(ShardOf(wanted.attempt, wanted.number), wanted.number);
    }
    const auto block = cipher_.Open({kind, part, wanted.attempt, wanted.number}, found->second);
    if (!block.has_value()) {
      return ShardOf(wanted.attempt, wanted.number)
          .Named(absl::DataLossError(
              absl::StrCat("holds a damaged block of the run's exchange", kStartAgain)));
    }
    BL_RETURN_IF_ERROR(handle(*block));
  }
  return absl::OkStatus();
}

void Exchange::Remove() const {
  const std::string drop =
      absl::StrCat("ALTER TABLE ", servers_.tables.exchange(), " DROP PARTITION ID '", run_, "'");
  for (const auto& shard : servers_.shards) {
    shard->ForEach([&drop](const Server& server) { return server.ExecuteOnce(drop); })
        .IgnoreError();
  }
}

}  // namespace blindlink::resolver
