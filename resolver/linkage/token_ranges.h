#pragma once

#include <cstddef>
#include <functional>
#include <optional>

#include "absl/status/status.h"
#include "resolver/index/stored_token.h"
#include "resolver/linkage/run_control.h"

namespace blindlink::resolver {

// A contiguous range of tokens.
struct TokenRange {
  size_t number;  // from 0, less than RangeCount(threads)
  StoredToken first;
  std::optional<StoredToken> end;  // none: up to the last token
};

// The number of ranges for so many threads: several per thread, because ranges do not all take the
// same time.
size_t RangeCount(size_t threads);
// The range `number` of so many.
TokenRange RangeOf(size_t number, size_t count);

// InThreads (in_threads.h) with a range for each number.
absl::Status ForEachTokenRange(
    size_t threads, const RunControl& control, const char* stage,
    const std::function<double()>& share,
    const std::function<absl::Status(size_t thread, const TokenRange& range)>& work);

}  // namespace blindlink::resolver
