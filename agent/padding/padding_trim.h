#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "agent/blocks/block_sink.h"
#include "agent/padding/token_padding.h"
#include "blindlink/v1/token_block.pb.h"
#include "common/plan/plan.h"

namespace blindlink::agent {

// Removes the padding that records have no need of, of blocks whose records have all of it: see
// TokenPadding::Pad. Not thread-safe.
class PaddingTrim : public BlockSink {
 public:
  // All must outlive the trim.
  PaddingTrim(const Plan& plan, const TokenPadding& padding, BlockSink& next);

  absl::Status Write(v1::TokenBlock block) override;
  // Takes what was removed from `counts`, those of the blocks that came in. Returns how many tokens
  // that is. Call once, at the end.
  uint64_t Finish(v1::UploadCounts* counts) const;

 private:
  // Marks the entries of the column that are too many, and counts them.
  std::vector<bool> TooMany(const v1::TokenBlock& block, const v1::TokenColumn& column,
                            size_t match_key);

  const Plan& plan_;
  const TokenPadding& padding_;
  BlockSink& next_;
  std::vector<uint64_t> removed_;  // by match key
};

}  // namespace blindlink::agent
