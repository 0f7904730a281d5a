#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "agent/evidence/chance_sample.h"
#include "agent/input/input_record.h"
#include "agent/tokenize/record_tokenizer.h"
#include "agent/tokenize/token_block_builder.h"
#include "blindlink/v1/token_block.pb.h"

namespace blindlink::agent {

// Consecutive records, the unit of work of a thread. The content of a batch depends only on the
// source, so the blocks do too.
struct RecordBatch {
  uint64_t number = 0;
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
  uint64_t rows = 0;
  uint64_t records = 0;
  std::vector<MatchKeyCount> match_keys;  // in the plan's order
  std::vector<UnusedValue> unused;
  std::string map_rows;  // rows for the record map (agent/pipeline/record_map.h)
  ChanceSample chance;
  AddressFindings addresses;
  double share_read = -1;
};

// Tokenizes batches; for one thread.
class BatchTokenizer {
 public:
  // `setup` must outlive the tokenizer.
  explicit BatchTokenizer(const TokenizerSetup& setup);

  TokenizedBatch Tokenize(const RecordBatch& batch);

 private:
  void Count(TokenizedBatch* result);

  const TokenizerSetup& setup_;
  RecordTokenizer tokenizer_;
  TokenBlockBuilder builder_;
  std::vector<MadeToken> tokens_;
  std::vector<uint64_t> record_tokens_;  // by match key
};

}  // namespace blindlink::agent
