#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/types/span.h"
#include "agent/goldstandard/blocking_keys.h"

namespace blindlink::agent {

// Says which held records are in which block. Filled by one thread; immutable after Finish.
class BlockIndex {
 public:
  // The blocks of one kind of key that were too large.
  struct LeftOut {
    uint64_t blocks = 0;
    uint64_t largest = 0;  // held records
  };

  // `record` must increase from call to call.
  void Add(uint32_t record, absl::Span<const RecordBlock> blocks);
  // Sorts the blocks and leaves out those with more than `max_records`: what so many records share
  // says little, and each would be compared with all others.
  void Finish(size_t max_records);

  // Replaces `records` by the records in any of the blocks, in order, each once.
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
    uint64_t begin = 0;  // index into records_
  };

  std::vector<Entry> entries_;  // empty after Finish
  std::vector<uint32_t> records_;
  absl::flat_hash_map<uint64_t, Range> ranges_;
  std::vector<LeftOut> left_out_;
};

}  // namespace blindlink::agent
