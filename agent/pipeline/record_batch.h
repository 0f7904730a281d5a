#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "agent/evidence/chance_sample.h"
#include "agent/input/input_record.h"
#include "agent/oblivious/oblivious_tokens.h"
#include "agent/padding/additions.h"
#include "agent/token_audit/value_marks.h"
#include "agent/tokenize/record_tokenizer.h"
#include "agent/tokenize/token_block_builder.h"
#include "blindlink/v1/token_block.pb.h"

namespace blindlink::agent {

// Consecutive records, the unit of work of a thread. The content of a batch depends only on the
// source, so the blocks do too.
struct RecordBatch {
  uint64_t number = 0;
  uint64_t first_record = 0;  // the number of records before this batch
  std::vector<RawRecord> records;
  double share_read = -1;  // of the input, after this batch
};

// The next batch; it has no records at the end of `source`. Errors: those of `source`.
absl::StatusOr<RecordBatch> ReadBatch(RecordSource& source);

struct MatchKeyCount {
  uint64_t tokens = 0;
  uint64_t records_without = 0;
};

// The result of tokenizing a batch.
struct TokenizedBatch {
  std::vector<v1::TokenBlock> blocks;  // not sealed yet
  uint64_t rows = 0;                   // each fake has one
  uint64_t records = 0;                // fakes included
  AddedCounts added;
  std::vector<MatchKeyCount> match_keys;  // in the plan's order
  std::vector<UnusedValue> unused;
  std::string map_rows;  // rows for the record map (agent/pipeline/record_map.h)
  ChanceSample chance;
  Marks marks;  // of all records, fakes included; empty if they are not wanted
  AddressFindings addresses;
  double share_read = -1;
};

// Tokenizes batches, and adds what the plan has sites add; for one thread.
class BatchTokenizer {
 public:
  // All must outlive the tokenizer. Without `oblivious` (null), the tokens of oblivious match keys
  // stay what the token key makes of them. Without `marks`, the records' values are not marked.
  BatchTokenizer(const TokenizerSetup& setup, const Additions& additions,
                 const ObliviousTokens* oblivious, const ValueMarks* marks = nullptr);

  // Errors are those of ObliviousTokens.
  absl::StatusOr<TokenizedBatch> Tokenize(const RecordBatch& batch);

 private:
  // A record that waits for the key server's answer for the whole batch.
  struct Waiting {
    RecordPseudonym record;
    bool fake;
    std::vector<MadeToken> tokens;
    std::vector<uint64_t> evidence_values;
    std::vector<Token> evidence_seeds;  // parallel to tokens
  };

  void AddRecord(const RawRecord& record, TokenizedBatch* result);
  void AddFake(const FakeRecords::Fake& fake, const RawRecord& model, TokenizedBatch* result);
  // Adds the record whose tokens are in tokens_ to the block, at once or to those that wait.
  void AddOrWait(const RecordPseudonym& record, bool fake,
                 const std::vector<uint64_t>& evidence_values, TokenizedBatch* result);
  // Makes the oblivious tokens of the records that wait, and adds these to blocks.
  absl::Status AddWaiting(TokenizedBatch* result);
  absl::Status MakeOblivious();
  // Completes the record whose tokens are in tokens_ and adds it to the block. evidence_seeds_ is
  // empty or parallel to them.
  void AddToBlock(const RecordPseudonym& record, const std::vector<uint64_t>& evidence_values,
                  TokenizedBatch* result);
  void Count(TokenizedBatch* result);

  const TokenizerSetup& setup_;
  const Additions& additions_;
  const ObliviousTokens* const oblivious_;
  const ValueMarks* const marks_;
  RecordTokenizer tokenizer_;
  TokenBlockBuilder builder_;
  std::vector<MadeToken> tokens_;
  std::vector<Token> evidence_seeds_;
  std::vector<Waiting> waiting_;
  std::vector<UnusedValue> unused_of_model_;  // said of the model itself
  std::vector<uint64_t> record_tokens_;       // by match key
};

}  // namespace blindlink::agent
