#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "resolver/index/clickhouse/posting_cipher.h"
#include "resolver/index/token_index.h"

namespace blindlink::resolver {

// Rows of the table of postings, column by column, as they are sent. Not thread-safe.
class PostingColumns {
 public:
  explicit PostingColumns(uint32_t evidence_bytes) : evidence_bytes_(evidence_bytes) {}

  // A posting with enciphered evidence, of evidence_bytes or less. Returns the row's hash.
  uint64_t Add(const Posting& posting);
  void Append(const PostingColumns& other);
  size_t rows() const { return lo_.size() / sizeof(uint16_t); }
  uint64_t HiAt(size_t row) const;
  // The first `rows` rows as one block for INSERT.
  std::string Block(uint32_t dataset, uint64_t load, uint32_t part, size_t rows) const;
  void RemoveFirst(size_t rows);

 private:
  uint32_t evidence_bytes_;
  std::string hi_, lo_, match_key_, record_, form_, width_, evidence_;
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
              uint32_t evidence_bytes)
      : cipher_(cipher), first_tokens_(first_tokens), evidence_bytes_(evidence_bytes) {}

  void Add(const Posting& posting) override;
  // In the order of the shards; shards without rows are left out. FAILED_PRECONDITION if a posting
  // has more evidence than there is room for.
  absl::StatusOr<std::vector<ShardRows>> Finish();

 private:
  void Encode();

  PostingCipher cipher_;
  const absl::Span<const uint64_t> first_tokens_;
  const uint32_t evidence_bytes_;
  std::vector<Posting> waiting_;
  std::vector<ShardRows> rows_;
  bool too_wide_ = false;
};

}  // namespace blindlink::resolver
