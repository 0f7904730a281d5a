#pragma once

#include <future>
#include <system_error>
#include <type_traits>
#include <utility>

namespace blindlink {

// What `work()` returns, as a future, from a thread of its own; if the system has no room for
// another thread, from the one that asks for it with get(). As of std::async, the future's
// destructor waits for the thread.
template <typename Work>
std::future<std::invoke_result_t<Work>> InThread(Work work) {
  try {
    return std::async(std::launch::async, work);
  } catch (const std::system_error&) {
    return std::async(std::launch::deferred, std::move(work));
  }
}

}  // namespace blindlink
