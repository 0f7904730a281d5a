#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "agent/address_reference/address_report.h"
#include "agent/blocks/block_sink.h"
#include "agent/input/input_record.h"
#include "agent/input/reject_log.h"
#include "agent/keys/token_key.h"
#include "agent/oblivious/oblivious_tokens.h"
#include "agent/padding/additions.h"
#include "agent/pipeline/pseudonym_order.h"
#include "agent/pipeline/record_map.h"
#include "agent/token_audit/site_truth.h"
#include "agent/tokenize/record_tokenizer.h"
#include "blindlink/v1/token_block.pb.h"

namespace blindlink::agent {

struct PipelineOptions {
  std::string project;
  std::string site;
  // Both needed only if the plan has sites add padding or fakes.
  std::string dataset = {};
  std::string token_key_id = {};
  size_t threads = 1;
  PseudonymOrderOptions order = {};
  // Called in the caller's thread now and then while the input is read, before any record is
  // tokenized.
  std::function<void(uint64_t rows, double share_read)> reading = nullptr;
  // Called in the caller's thread after every batch; `share_read` is of the rows.
  std::function<void(uint64_t records, double share_read)> progress = nullptr;
  // With TokenizerSetup::addresses: the number of addresses by outcome is added to the first, and
  // each change is written to the second. Either may be null.
  AddressFindings* addresses = nullptr;
  AddressChangeLog* address_changes = nullptr;
  // Needed if the plan has oblivious match keys and not only_count.
  const ObliviousTokens* oblivious = nullptr;
  // The blocks are only counted: the tokens of oblivious match keys stay what the token key makes
  // of them, of which there are as many, equal where the others are.
  bool only_count = false;
  // Set to what was added to the records; may be null.
  AddedCounts* added = nullptr;
  // Told of the values of all records, in the order of the blocks; may be null.
  SiteTruth* truth = nullptr;
  // Set to true from any thread to stop.
  const std::atomic<bool>* cancel = nullptr;
};

// Reads `source` to its end, then makes tokens in `threads` threads and passes the blocks to `sink`
// in order, in the caller's thread. Records leave in the order of their pseudonyms over the whole
// input (pseudonym_order.h), so neither blocks nor record map tell the order of the input; they
// depend only on the input's rows, plan, dataset and keys. What the plan has sites add
// (agent/padding) is among them, and in the counts, since the resolver counts it too; the record
// map has no fakes. Values that cannot be used are reported to `rejects` by row and field. `map`
// may be null; it is finished at the end. Memory is bounded: that of SortedSpool and a few batches
// per thread.
//
// Stops at the first error of `source`, `sink`, `map` or the key server and returns it, before
// anything is passed to `sink` if it is an error of `source`; CANCELLED if `options.cancel` was
// set. All threads have ended on return.
absl::StatusOr<v1::UploadCounts> TokenizeInput(RecordSource& source, RejectLog& rejects,
                                               const TokenizerSetup& setup,
                                               const RecordKey& record_key,
                                               const PipelineOptions& options, BlockSink& sink,
                                               RecordMap* map);

}  // namespace blindlink::agent
