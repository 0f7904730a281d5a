#include "resolver/index/memory_exchange.h"

#include <limits>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace blindlink::resolver {

absl::Status MemoryExchange::Put(uint64_t attempt, uint64_t first,
                                 std::vector<ExchangeBlock> blocks) {
  const std::lock_guard lock(mutex_);
  for (size_t i = 0; i < blocks.size(); ++i) {
    blocks_.insert_or_assign({attempt, first + i}, std::move(blocks[i]));
  }
  return absl::OkStatus();
}

absl::Status MemoryExchange::Read(ExchangeBlock::Kind kind, uint32_t part,
                                  absl::Span<const uint64_t> attempts, uint64_t expected,
                                  absl::FunctionRef<absl::Status(absl::string_view)> handle) const {
  std::vector<std::string> found;
  {
    const std::lock_guard lock(mutex_);
    for (const uint64_t attempt : attempts) {
      const auto end = blocks_.upper_bound({attempt, std::numeric_limits<uint64_t>::max()});
      for (auto at = blocks_.lower_bound({attempt, 0}); at != end; ++at) {
        const ExchangeBlock& block = at->second;
        if (block.kind == kind && block.part == part) found.push_back(block.bytes);
      }
    }
  }
  if (found.size() != expected) {
    return absl::DataLossError(absl::StrCat("the exchange has ", found.size(), " of ", expected,
                                            " blocks: start the run again"));
  }
  for (const std::string& bytes : found) BL_RETURN_IF_ERROR(handle(bytes));
  return absl::OkStatus();
}

void MemoryExchange::Clear() {
  const std::lock_guard lock(mutex_);
  blocks_.clear();
}

}  // namespace blindlink::resolver
