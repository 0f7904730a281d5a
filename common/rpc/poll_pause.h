#pragma once

#include <algorithm>
#include <chrono>

namespace blindlink {

// How long to wait before asking again whether long work has ended: a twentieth of the time that
// has passed, between 0.1 and 4 seconds, so that the end is noticed soon whether the work takes a
// second or an hour.
class PollPause {
 public:
  std::chrono::milliseconds Next() const {
    using std::chrono::milliseconds;
    const auto passed = std::chrono::steady_clock::now() - begin_;
    return std::clamp(std::chrono::duration_cast<milliseconds>(passed / 20), milliseconds(100),
                      milliseconds(4000));
  }

 private:
  const std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

}  // namespace blindlink
