#include "resolver/index/clickhouse/posting_columns.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "resolver/index/clickhouse/row_hash.h"

namespace blindlink::resolver {
namespace {

constexpr size_t kEncodedTogether = 256;

// The columns of a row before the evidence: where they begin in a piece, in bytes a row of it.
constexpr size_t kHi = 0;
constexpr size_t kLo = kHi + sizeof(uint64_t);
constexpr size_t kMatchKey = kLo + sizeof(uint16_t);
constexpr size_t kRecord = kMatchKey + sizeof(uint8_t);
constexpr size_t kForm = kRecord + sizeof(uint32_t);
constexpr size_t kWidth = kForm + sizeof(uint8_t);
constexpr size_t kEvidence = kWidth + sizeof(uint8_t);

// The value of a column, of `width` bytes, in a row of a piece.
char* ValueAt(char* piece, size_t column, size_t width, size_t row) {
  return piece + column * RowPieces::kRows + row * width;
}

template <typename Int>
void Store(Int value, char* piece, size_t column, size_t row) {
  std::memcpy(ValueAt(piece, column, sizeof(Int), row), &value, sizeof(Int));
}

template <typename Int>
Int Load(char* piece, size_t column, size_t row) {
  Int value;
  std::memcpy(&value, ValueAt(piece, column, sizeof(Int), row), sizeof(Int));
  return value;
}

// A column that has the same value in all rows, as views of one text.
template <typename Int>
void AddRepeated(Int value, size_t rows, std::deque<std::string>* texts,
                 std::vector<absl::string_view>* bytes) {
  std::string& some = texts->emplace_back();
  some.resize(std::min(rows, RowPieces::kRows) * sizeof(Int));
  for (size_t at = 0; at < some.size(); at += sizeof(Int)) {
    std::memcpy(some.data() + at, &value, sizeof(Int));
  }
  for (size_t left = rows * sizeof(Int); left > 0; left -= bytes->back().size()) {
    bytes->push_back(absl::string_view(some).substr(0, left));
  }
}

}  // namespace

std::shared_ptr<char[]> RowPieces::Take() {
  Piece piece;
  {
    const std::lock_guard lock(mutex_);
    if (!free_.empty()) {
      piece = std::move(free_.back());
      free_.pop_back();
    }
  }
  // Not std::make_unique, which would write zeros.
  if (piece == nullptr) piece.reset(new char[(kEvidence + evidence_bytes_) * kRows]);
  return {piece.release(),
          [pieces = shared_from_this()](char* bytes) { pieces->GiveBack(Piece(bytes)); }};
}

void RowPieces::GiveBack(Piece piece) {
  const std::lock_guard lock(mutex_);
  free_.push_back(std::move(piece));
}

PostingColumns::Run& PostingColumns::RunWithRoom() {
  if (runs_.empty() || runs_.back().end == RowPieces::kRows) runs_.push_back({pieces_->Take()});
  return runs_.back();
}

void PostingColumns::Add(const Posting& posting) {
  Run& run = RunWithRoom();
  char* const piece = run.piece.get();
  const size_t row = run.end++;
  ++rows_;
  Store(posting.token.High(), piece, kHi, row);
  Store(posting.token.Low(), piece, kLo, row);
  Store(posting.match_key, piece, kMatchKey, row);
  Store(posting.record, piece, kRecord, row);
  Store(posting.form, piece, kForm, row);
  Store(posting.evidence.size, piece, kWidth, row);
  const size_t room = pieces_->evidence_bytes();
  const size_t size = posting.evidence.size;
  char* const evidence = ValueAt(piece, kEvidence, room, row);
  std::memcpy(evidence, posting.evidence.bytes.data(), size);
  std::memset(evidence + size, 0, room - size);
}

void PostingColumns::Append(PostingColumns&& other) {
  const size_t widths[][2] = {{kHi, sizeof(uint64_t)},
                              {kLo, sizeof(uint16_t)},
                              {kMatchKey, 1},
                              {kRecord, sizeof(uint32_t)},
                              {kForm, 1},
                              {kWidth, 1},
                              {kEvidence, pieces_->evidence_bytes()}};
  for (Run& run : other.runs_) {
    const size_t rows = run.end - run.begin;
    rows_ += rows;
    // Few rows are copied, so that small batches do not each hold on to a piece.
    if (runs_.empty() || runs_.back().end + rows > RowPieces::kRows) {
      runs_.push_back(std::move(run));
      continue;
    }
    Run& last = runs_.back();
    for (const auto& [column, width] : widths) {
      std::memcpy(ValueAt(last.piece.get(), column, width, last.end),
                  ValueAt(run.piece.get(), column, width, run.begin), rows * width);
    }
    last.end += rows;
  }
  other.runs_.clear();
  other.rows_ = 0;
}

uint64_t PostingColumns::HiAt(size_t row) const {
  auto run = runs_.begin();
  for (; row >= run->end - run->begin; ++run) row -= run->end - run->begin;
  return Load<uint64_t>(run->piece.get(), kHi, run->begin + row);
}

uint64_t PostingColumns::HashFrom(size_t first) const {
  const size_t room = pieces_->evidence_bytes();
  uint64_t sum = 0;
  size_t left = rows_ - first;
  for (auto run = runs_.rbegin(); left > 0; ++run) {
    const size_t taken = std::min(left, run->end - run->begin);
    char* const piece = run->piece.get();
    for (size_t row = run->end - taken; row < run->end; ++row) {
      sum += RowHash(Load<uint64_t>(piece, kHi, row), Load<uint16_t>(piece, kLo, row),
                     Load<uint8_t>(piece, kMatchKey, row), Load<uint32_t>(piece, kRecord, row),
                     Load<uint8_t>(piece, kForm, row), Load<uint8_t>(piece, kWidth, row),
                     {ValueAt(piece, kEvidence, room, row), room});
    }
    left -= taken;
  }
  return sum;
}

void PostingColumns::AddValues(size_t column, size_t width, size_t rows,
                               PostingBlock* block) const {
  for (const Run& run : runs_) {
    if (rows == 0) break;
    const size_t taken = std::min(rows, run.end - run.begin);
    block->bytes_.emplace_back(ValueAt(run.piece.get(), column, width, run.begin), taken * width);
    rows -= taken;
  }
}

PostingBlock PostingColumns::Block(uint32_t dataset, uint64_t load, uint32_t part,
                                   size_t rows) const {
  PostingBlock block;
  std::deque<std::string>& texts = block.texts_;
  std::vector<absl::string_view>& bytes = block.bytes_;
  constexpr size_t kColumns = 10;
  AppendNativeHeader(kColumns, rows, &texts.emplace_back());
  bytes.push_back(texts.back());
  const auto begin = [&](absl::string_view name, NativeType type) {
    AppendNativeColumnHeader(name, type, &texts.emplace_back());
    bytes.push_back(texts.back());
  };
  const auto add = [&](absl::string_view name, NativeType type, size_t column) {
    begin(name, type);
    AddValues(column, type.width, rows, &block);
  };
  begin("dataset", kUInt32);
  AddRepeated(dataset, rows, &texts, &bytes);
  begin("load", kUInt64);
  AddRepeated(load, rows, &texts, &bytes);
  begin("part", kUInt32);
  AddRepeated(part, rows, &texts, &bytes);
  add("hi", kUInt64, kHi);
  add("lo", kUInt16, kLo);
  add("match_key", kUInt8, kMatchKey);
  add("record", kUInt32, kRecord);
  add("form", kUInt8, kForm);
  add("width", kUInt8, kWidth);
  add("evidence", FixedString(pieces_->evidence_bytes()), kEvidence);
  for (const Run& run : runs_) block.pieces_.push_back(run.piece);
  return block;
}

void PostingColumns::RemoveFirst(size_t rows) {
  rows_ -= rows;
  while (rows > 0) {
    Run& first = runs_.front();
    const size_t taken = std::min(rows, first.end - first.begin);
    first.begin += taken;
    rows -= taken;
    if (first.begin == first.end) runs_.pop_front();
  }
}

size_t ShardOf(absl::Span<const uint64_t> first_tokens, uint64_t hi) {
  const auto after = std::upper_bound(first_tokens.begin(), first_tokens.end(), hi);
  return static_cast<size_t>(after - first_tokens.begin()) - 1;
}

void ColumnBatch::Add(const Posting& posting) {
  if (posting.evidence.size > pieces_->evidence_bytes()) {
    too_wide_ = true;
    return;
  }
  waiting_.push_back(posting);
  if (waiting_.size() == kEncodedTogether) Encode();
}

void ColumnBatch::Encode() {
  cipher_.Apply(absl::MakeSpan(waiting_));
  const auto shard_of = [this](const Posting& posting) {
    return ShardOf(first_tokens_, posting.token.High());
  };
  for (auto next = waiting_.begin(); next != waiting_.end();) {
    const size_t shard = shard_of(*next);
    const auto end = std::partition_point(
        next, waiting_.end(), [&](const Posting& posting) { return shard_of(posting) == shard; });
    if (rows_.empty() || rows_.back().shard != shard) {
      rows_.push_back({shard, PostingColumns(pieces_)});
    }
    PostingColumns& columns = rows_.back().columns;
    const size_t first = columns.rows();
    for (; next != end; ++next) columns.Add(*next);
    rows_.back().hash += columns.HashFrom(first);
  }
  waiting_.clear();
}

absl::StatusOr<std::vector<ColumnBatch::ShardRows>> ColumnBatch::Finish() {
  Encode();
  if (too_wide_) {
    return absl::FailedPreconditionError(
        absl::StrCat("a token has more than the ", pieces_->evidence_bytes(),
                     " bytes of evidence that the tables of the index were made for"));
  }
  return std::move(rows_);
}

}  // namespace blindlink::resolver
