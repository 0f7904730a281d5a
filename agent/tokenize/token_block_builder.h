#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "agent/tokenize/record_tokenizer.h"
#include "blindlink/v1/token_block.pb.h"
#include "common/base/bytes16.h"
#include "common/plan/plan.h"

namespace blindlink::agent {

// Gathers the tokens of several records into a block. Within a block, records are sorted by
// pseudonym and tokens by their own bytes, so neither reveals the order of the file. Reusable; not
// thread-safe.
class TokenBlockBuilder {
 public:
  static constexpr size_t kMaxRecords = 1024;
  // The approximate size of a block's message. A record that exceeds it alone gets a block of its
  // own.
  static constexpr size_t kMaxBytes = size_t{1} << 20;

  // A copy of `coder` makes the evidence codes; it may be null only if the plan has no evidence.
  // `plan` must outlive the builder.
  explicit TokenBlockBuilder(const Plan& plan, const EvidenceCoder* coder = nullptr);

  // False if the block has no room for a record with this many tokens; call Build first.
  bool HasRoomFor(size_t token_count) const;
  // `evidence_seeds`: what the evidence codes are made of in place of each token; the tokens
  // themselves if it is empty.
  void Add(const RecordPseudonym& record, absl::Span<const MadeToken> tokens,
           const std::vector<uint64_t>& evidence_values = {},
           absl::Span<const Token> evidence_seeds = {});
  size_t record_count() const { return records_.size(); }

  // Returns the block and begins a new one. SealBlock sets sequence, first_record and checksum.
  v1::TokenBlock Build();

 private:
  struct Entry {
    Token token;
    uint32_t record;  // ordinal of its Add
    uint8_t form_code;
    uint32_t evidence;  // offset of its codes in evidence_
  };

  // The sort key of a column's entry: the token's first eight bytes as a number. The whole entry
  // decides if those are equal.
  struct TokenPlace {
    uint64_t start;
    const Entry* entry;
  };

  // ranks_[ordinal of Add] = ordinal in the block.
  void RankRecords(v1::TokenBlock* block);
  // Sets by_token_ to the entries in the order of their tokens.
  void SortByToken(const std::vector<Entry>& entries);
  void BuildColumn(size_t match_key, v1::TokenColumn* column);

  const EvidenceLayout& layout_;
  std::optional<EvidenceCoder> coder_;
  size_t bytes_per_token_;
  std::vector<uint32_t> match_key_ids_;
  std::vector<RecordPseudonym> records_;
  std::vector<std::vector<Entry>> entries_;  // by match key
  std::vector<uint8_t> evidence_;
  std::vector<Token> record_tokens_;  // of the record being added, or their seeds
  size_t token_count_ = 0;
  std::vector<uint32_t> order_;
  std::vector<uint32_t> ranks_;
  std::vector<TokenPlace> by_token_;
};

// The column without the entries that are marked, of which there are as many as it has entries.
v1::TokenColumn WithoutEntries(const v1::TokenColumn& column, const std::vector<bool>& left_out);

// Sets a block's position in the upload and its checksum.
void SealBlock(uint64_t sequence, uint64_t first_record, v1::TokenBlock* block);

}  // namespace blindlink::agent
