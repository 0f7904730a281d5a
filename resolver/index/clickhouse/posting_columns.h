#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "resolver/index/clickhouse/native_block.h"
#include "resolver/index/clickhouse/posting_cipher.h"
#include "resolver/index/token_index.h"

namespace blindlink::resolver {

// Memory for rows of the table of postings, in pieces of equal size that are used again: memory
// that is taken afresh from the system costs an ingest more than filling it. Thread-safe.
class RowPieces : public std::enable_shared_from_this<RowPieces> {
 public:
  static constexpr size_t kRows = 8192;  // of a piece
  // The bytes of a piece: a column behind the other, each with room for kRows values.
  using Piece = std::unique_ptr<char[]>;

  explicit RowPieces(uint32_t evidence_bytes) : evidence_bytes_(evidence_bytes) {}

  uint32_t evidence_bytes() const { return evidence_bytes_; }
  // Comes back when the last pointer to it goes. Holds whatever it held before.
  std::shared_ptr<char[]> Take();

 private:
  void GiveBack(Piece piece);

  const uint32_t evidence_bytes_;
  std::mutex mutex_;
  std::vector<Piece> free_;
};

// Rows as one block for INSERT, without a copy of them.
class PostingBlock {
 public:
  // Its bytes, one view after the other. They live as long as the block.
  absl::Span<const absl::string_view> bytes() const { return bytes_; }

  PostingBlock(PostingBlock&&) = default;
  PostingBlock& operator=(PostingBlock&&) = default;

 private:
  friend class PostingColumns;
  PostingBlock() = default;

  std::deque<std::string> texts_;  // a deque: views of them survive a move
  std::vector<std::shared_ptr<char[]>> pieces_;
  std::vector<absl::string_view> bytes_;
};

// Rows of the table of postings, column by column, as they are sent. Not thread-safe.
class PostingColumns {
 public:
  explicit PostingColumns(std::shared_ptr<RowPieces> pieces) : pieces_(std::move(pieces)) {}

  // A posting with enciphered evidence, of evidence_bytes or less.
  void Add(const Posting& posting);
  // Takes the rows of another one with the same pieces.
  void Append(PostingColumns&& other);
  size_t rows() const { return rows_; }
  uint64_t HiAt(size_t row) const;
  // The sum of the hashes of the rows from `first` on. Right after each row is slower: a processor
  // waits where it reads words of which it has just written the bytes.
  uint64_t HashFrom(size_t first) const;
  // The first `rows` rows as one block for INSERT. They must not be changed while it is used, but
  // may be removed, and others added.
  PostingBlock Block(uint32_t dataset, uint64_t load, uint32_t part, size_t rows) const;
  void RemoveFirst(size_t rows);

 private:
  // The rows [begin, end) of a piece.
  struct Run {
    std::shared_ptr<char[]> piece;
    size_t begin = 0;
    size_t end = 0;
  };

  Run& RunWithRoom();
  void AddValues(size_t offset, size_t width, size_t rows, PostingBlock* block) const;

  std::shared_ptr<RowPieces> pieces_;
  std::deque<Run> runs_;
  size_t rows_ = 0;
};

// The shard that has the token: an index into `first_tokens`, those of the shards in order.
size_t ShardOf(absl::Span<const uint64_t> first_tokens, uint64_t hi);

// Encodes and enciphers postings of one load, shard by shard.
class ColumnBatch : public PostingBatch {
 public:
  struct ShardRows {
    size_t shard;
    PostingColumns columns;
    uint64_t hash = 0;  // the sum over the rows
  };

  // Takes a copy of the cipher, which must know the dataset's load. `first_tokens` must outlive it.
  ColumnBatch(const PostingCipher& cipher, absl::Span<const uint64_t> first_tokens,
              std::shared_ptr<RowPieces> pieces)
      : cipher_(cipher), first_tokens_(first_tokens), pieces_(std::move(pieces)) {}

  void Add(const Posting& posting) override;
  // In the order of the shards; shards without rows are left out. FAILED_PRECONDITION if a posting
  // has more evidence than there is room for.
  absl::StatusOr<std::vector<ShardRows>> Finish();

 private:
  void Encode();

  PostingCipher cipher_;
  const absl::Span<const uint64_t> first_tokens_;
  const std::shared_ptr<RowPieces> pieces_;
  std::vector<Posting> waiting_;
  std::vector<ShardRows> rows_;
  bool too_wide_ = false;
};

}  // namespace blindlink::resolver
