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

// Gathers the tokens of records to one block. Inside a block records are in the order of their
// pseudonyms and tokens in their own order, so neither says anything of the order of the file.
// Reusable; not thread-safe.
class TokenBlockBuilder {
 public:
  static constexpr size_t kMaxRecords = 1024;
  // About the size of a block's message. A single record with more makes a block of its own.
  static constexpr size_t kMaxBytes = size_t{1} << 20;

  // `coder`, of which a copy is kept, makes the evidence codes; null only where the plan has none.
  // `plan` must outlive it.
  explicit TokenBlockBuilder(const Plan& plan, const EvidenceCoder* coder = nullptr);

  // False: the block is full for a record of so many tokens; Build it first.
  bool HasRoomFor(size_t token_count) const;
  void Add(const RecordPseudonym& record, absl::Span<const MadeToken> tokens,
           const std::vector<uint64_t>& evidence_values = {});
  size_t record_count() const { return records_.size(); }

  // The block so far; sequence, first_record and checksum are left to SealBlock. Begins a new one.
  v1::TokenBlock Build();

 private:
  struct Entry {
    Token token;
    uint32_t record;  // ordinal of its Add
    uint8_t form_code;
    uint32_t evidence;  // where in evidence_ its codes begin
  };

  // What the entries of a column are sorted by: the token's first eight bytes, as a number, and the
  // whole entry where those are the same.
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
  std::vector<Token> record_tokens_;  // of the record that is being added
  size_t token_count_ = 0;
  std::vector<uint32_t> order_;
  std::vector<uint32_t> ranks_;
  std::vector<TokenPlace> by_token_;
};

// Gives a block its place in the upload and its checksum.
void SealBlock(uint64_t sequence, uint64_t first_record, v1::TokenBlock* block);

}  // namespace blindlink::agent
