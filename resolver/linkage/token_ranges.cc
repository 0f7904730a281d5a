#include "resolver/linkage/token_ranges.h"

#include "resolver/linkage/in_threads.h"

namespace blindlink::resolver {
namespace {

constexpr size_t kRangesAThread = 8;

// The token at the fraction `number` / `count` of all possible tokens.
StoredToken TokenAt(size_t number, size_t count) {
  StoredToken token;
  const uint32_t share = static_cast<uint32_t>((uint64_t{number} << 32) / count);
  StoreBigEndian32(share, token.bytes.data());
  return token;
}

}  // namespace

size_t RangeCount(size_t threads) { return kRangesAThread * threads; }

TokenRange RangeOf(size_t number, size_t count) {
  TokenRange range{number, TokenAt(number, count), std::nullopt};
  if (number + 1 < count) range.end = TokenAt(number + 1, count);
  return range;
}

absl::Status ForEachTokenRange(
    size_t threads, const RunControl& control, const char* stage,
    const std::function<double()>& share,
    const std::function<absl::Status(size_t thread, const TokenRange& range)>& work) {
  const size_t count = RangeCount(threads);
  return InThreads(threads, count, control, stage, share, [&](size_t thread, size_t number) {
    return work(thread, RangeOf(number, count));
  });
}

}  // namespace blindlink::resolver
