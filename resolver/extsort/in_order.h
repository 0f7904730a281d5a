#pragma once

#include <cstddef>
#include <deque>
#include <future>
#include <type_traits>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/base/in_thread.h"
#include "common/base/status_macros.h"

namespace blindlink::resolver {

// Works on numbered pieces in several threads, and takes the results in the order of the numbers.
//   work(size_t number)
//     Returns absl::StatusOr<R>. Called once for every number below `count`, by at most `threads`
//     threads at the same time, which are never further ahead of the taking than that.
//   take(R&&)
//     Returns absl::Status. Called with each result by the calling thread, in order.
// The first error, in the order of the numbers, ends it and is returned; no thread is left then.
template <typename Work, typename Take>
absl::Status WorkInOrder(size_t threads, size_t count, Work work, Take take) {
  using Result = std::invoke_result_t<Work&, size_t>;
  std::deque<std::future<Result>> ahead;
  size_t next = 0;
  const auto begin_pieces = [&] {
    for (; next < count && ahead.size() < threads; ++next) {
      ahead.push_back(InThread([&work, number = next] { return work(number); }));
    }
  };
  for (begin_pieces(); !ahead.empty();) {
    BL_ASSIGN_OR_RETURN(auto result, ahead.front().get());
    ahead.pop_front();
    begin_pieces();
    BL_RETURN_IF_ERROR(take(std::move(result)));
  }
  return absl::OkStatus();
}

}  // namespace blindlink::resolver
