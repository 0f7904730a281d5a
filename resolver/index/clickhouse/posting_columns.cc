#include "resolver/index/clickhouse/posting_columns.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "resolver/index/clickhouse/native_block.h"
#include "resolver/index/clickhouse/row_hash.h"

namespace blindlink::resolver {
namespace {

constexpr size_t kEncodedTogether = 256;

template <typename Int>
void AppendInt(Int value, std::string* column) {
  column->append(reinterpret_cast<const char*>(&value), sizeof(value));
}

template <typename Int>
std::string Repeated(Int value, size_t rows) {
  std::string column(rows * sizeof(Int), '\0');
  for (size_t row = 0; row < rows; ++row) {
    std::memcpy(column.data() + row * sizeof(Int), &value, sizeof(Int));
  }
  return column;
}

}  // namespace

uint64_t PostingColumns::Add(const Posting& posting) {
  const uint64_t hi = posting.token.High();
  const uint16_t lo = posting.token.Low();
  AppendInt(hi, &hi_);
  AppendInt(lo, &lo_);
  AppendInt(posting.match_key, &match_key_);
  AppendInt(posting.record, &record_);
  AppendInt(posting.form, &form_);
  AppendInt(posting.evidence.size, &width_);
  const size_t before = evidence_.size();
  const absl::string_view evidence = posting.evidence.AsView();
  evidence_.append(evidence.data(), evidence.size());
  evidence_.resize(before + evidence_bytes_);
  return RowHash(hi, lo, posting.match_key, posting.record, posting.form, posting.evidence.size,
                 absl::string_view(evidence_).substr(before));
}

void PostingColumns::Append(const PostingColumns& other) {
  hi_ += other.hi_;
  lo_ += other.lo_;
  match_key_ += other.match_key_;
  record_ += other.record_;
  form_ += other.form_;
  width_ += other.width_;
  evidence_ += other.evidence_;
}

uint64_t PostingColumns::HiAt(size_t row) const {
  uint64_t hi;
  std::memcpy(&hi, hi_.data() + row * sizeof(hi), sizeof(hi));
  return hi;
}

std::string PostingColumns::Block(uint32_t dataset, uint64_t load, uint32_t part,
                                  size_t rows) const {
  const std::string datasets = Repeated(dataset, rows);
  const std::string loads = Repeated(load, rows);
  const std::string parts = Repeated(part, rows);
  const auto first = [rows](const std::string& column, size_t width) {
    return absl::string_view(column).substr(0, rows * width);
  };
  const NativeColumn columns[] = {
      {"dataset", kUInt32, datasets},
      {"load", kUInt64, loads},
      {"part", kUInt32, parts},
      {"hi", kUInt64, first(hi_, sizeof(uint64_t))},
      {"lo", kUInt16, first(lo_, sizeof(uint16_t))},
      {"match_key", kUInt8, first(match_key_, 1)},
      {"record", kUInt32, first(record_, sizeof(uint32_t))},
      {"form", kUInt8, first(form_, 1)},
      {"width", kUInt8, first(width_, 1)},
      {"evidence", FixedString(evidence_bytes_), first(evidence_, evidence_bytes_)}};
  constexpr size_t kRowWithoutEvidence = 4 + 8 + 4 + 8 + 2 + 1 + 4 + 1 + 1;
  constexpr size_t kHeaders = 512;
  std::string block;
  block.reserve(rows * (kRowWithoutEvidence + evidence_bytes_) + kHeaders);
  AppendNativeBlock(columns, rows, &block);
  return block;
}

void PostingColumns::RemoveFirst(size_t rows) {
  hi_.erase(0, rows * sizeof(uint64_t));
  lo_.erase(0, rows * sizeof(uint16_t));
  match_key_.erase(0, rows);
  record_.erase(0, rows * sizeof(uint32_t));
  form_.erase(0, rows);
  width_.erase(0, rows);
  evidence_.erase(0, rows * evidence_bytes_);
}

size_t ShardOf(absl::Span<const uint64_t> first_tokens, uint64_t hi) {
  const auto after = std::upper_bound(first_tokens.begin(), first_tokens.end(), hi);
  return static_cast<size_t>(after - first_tokens.begin()) - 1;
}

void ColumnBatch::Add(const Posting& posting) {
  if (posting.evidence.size > evidence_bytes_) {
    too_wide_ = true;
    return;
  }
  waiting_.push_back(posting);
  if (waiting_.size() == kEncodedTogether) Encode();
}

void ColumnBatch::Encode() {
  cipher_.Apply(absl::MakeSpan(waiting_));
  for (const Posting& posting : waiting_) {
    const size_t shard = ShardOf(first_tokens_, posting.token.High());
    if (rows_.empty() || rows_.back().shard != shard) {
      rows_.push_back({shard, PostingColumns(evidence_bytes_)});
    }
    rows_.back().hash += rows_.back().columns.Add(posting);
  }
  waiting_.clear();
}

absl::StatusOr<std::vector<ColumnBatch::ShardRows>> ColumnBatch::Finish() {
  Encode();
  if (too_wide_) {
    return absl::FailedPreconditionError(
        absl::StrCat("a token has more than the ", evidence_bytes_,
                     " bytes of evidence that the tables of the index were made for"));
  }
  return std::move(rows_);
}

}  // namespace blindlink::resolver
