#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/types/span.h"
#include "agent/goldstandard/blocking_keys.h"

namespace blindlink::agent {

// Which held records are in which block. Filled by one thread, then immutable.
class BlockIndex {
 public:
  // Blocks of one kind of key that were too large.
  struct LeftOut {
    uint64_t blocks = 0;
    uint64_t largest = 0;  // held records
  };

  // `record` counts up from call to call.
  void Add(uint32_t record, absl::Span<const RecordBlock> blocks);
  // Sorts; leaves out blocks of more than `max_records`: what so many share says nothing, and each
  // record of it would be compared with all others.
  void Finish(size_t max_records);

  // Replaces `records` by those in any of the blocks, in order, each once.
  void Find(absl::Span<const RecordBlock> blocks, std::vector<uint32_t>* records) const;

  // By kind of key.
  const std::vector<LeftOut>& left_out() const { return left_out_; }

 private:
  struct Entry {
    uint64_t block;
    uint32_t record;
    uint8_t kind;
  };
  struct Range {
    uint32_t size = 0;
    uint64_t begin = 0;  // in records_
  };

  std::vector<Entry> entries_;  // until Finish
  std::vector<uint32_t> records_;
  absl::flat_hash_map<uint64_t, Range> ranges_;
  std::vector<LeftOut> left_out_;
};

}  // namespace blindlink::agent
