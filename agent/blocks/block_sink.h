#pragma once

#include "absl/status/status.h"
#include "blindlink/v1/token_block.pb.h"

namespace blindlink::agent {

// The destination of token blocks: a token file or the resolver.
class BlockSink {
 public:
  virtual ~BlockSink() = default;

  // Takes the next block; sequences count from 0 without a gap. After an error nothing more may be
  // written. Not thread-safe.
  virtual absl::Status Write(v1::TokenBlock block) = 0;
};

}  // namespace blindlink::agent
