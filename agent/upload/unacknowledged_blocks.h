#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>

#include "absl/status/status.h"
#include "blindlink/v1/token_block.pb.h"
#include "blindlink/v1/upload_service.pb.h"
#include "common/tokens/block_chain.h"

namespace blindlink::agent {

// The blocks that the resolver has not yet acknowledged, kept so that they can be sent again after
// a broken connection. Not thread-safe.
class UnacknowledgedBlocks {
 public:
  // `position`: what the resolver already has.
  explicit UnacknowledgedBlocks(const v1::UploadPosition& position)
      : acknowledged_(BlockChain::From(position.next_sequence(), position.chain())) {}

  void Add(v1::TokenBlock block);
  // Forgets the blocks before `position` and compares the chains, so that both ends are known to
  // hold the same blocks. DATA_LOSS: the resolver no longer has what it acknowledged, or has other
  // blocks. FAILED_PRECONDITION: it has blocks that were not sent from here.
  absl::Status Acknowledge(const v1::UploadPosition& position);

  const std::deque<v1::TokenBlock>& blocks() const { return blocks_; }
  // For UploadStream, which borrows them.
  std::deque<v1::TokenBlock>& mutable_blocks() { return blocks_; }
  size_t bytes() const { return bytes_; }
  uint64_t next_sequence() const { return acknowledged_.next_sequence() + blocks_.size(); }
  // The chain over the acknowledged blocks.
  const BlockChain& acknowledged() const { return acknowledged_; }

 private:
  BlockChain acknowledged_;
  std::deque<v1::TokenBlock> blocks_;
  size_t bytes_ = 0;
};

}  // namespace blindlink::agent
