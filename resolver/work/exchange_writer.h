#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "common/base/status_macros.h"
#include "resolver/index/shared_index.h"

namespace blindlink::resolver {

// Puts the blocks of one attempt into the exchange, several at a time. Not thread-safe.
class ExchangeWriter {
 public:
  // `index` must outlive it.
  ExchangeWriter(const SharedIndex& index, uint64_t attempt) : index_(index), attempt_(attempt) {}

  absl::Status Add(ExchangeBlock::Kind kind, uint32_t part, std::string bytes) {
    bytes_ += bytes.size();
    blocks_.push_back({kind, part, std::move(bytes)});
    return bytes_ >= kBytesAtOnce ? Flush() : absl::OkStatus();
  }
  // All blocks are in the exchange on return.
  absl::Status Flush() {
    const uint64_t count = blocks_.size();
    bytes_ = 0;
    if (count == 0) return absl::OkStatus();
    BL_RETURN_IF_ERROR(index_.Put(attempt_, put_, std::exchange(blocks_, {})));
    put_ += count;
    return absl::OkStatus();
  }

 private:
  static constexpr uint64_t kBytesAtOnce = uint64_t{16} << 20;

  const SharedIndex& index_;
  const uint64_t attempt_;
  std::vector<ExchangeBlock> blocks_;
  uint64_t bytes_ = 0;  // of blocks_
  uint64_t put_ = 0;    // blocks
};

}  // namespace blindlink::resolver
