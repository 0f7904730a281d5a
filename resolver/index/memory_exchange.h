#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "resolver/index/shared_index.h"

namespace blindlink::resolver {

// The exchange of one run in memory: Put and Read as in SharedIndex. Thread-safe.
class MemoryExchange {
 public:
  absl::Status Put(uint64_t attempt, uint64_t first, std::vector<ExchangeBlock> blocks);
  absl::Status Read(ExchangeBlock::Kind kind, uint32_t part, absl::Span<const uint64_t> attempts,
                    uint64_t expected,
                    absl::FunctionRef<absl::Status(absl::string_view)> handle) const;
  void Clear();

 private:
  mutable std::mutex mutex_;
  std::map<std::pair<uint64_t, uint64_t>, ExchangeBlock> blocks_;  // by attempt and number
};

}  // namespace blindlink::resolver
