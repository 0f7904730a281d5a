#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace blindlink::researcher {

// Counts from 1 to 10 are not shown, since they may be one known person's.
inline constexpr uint64_t kLeastShown = 11;

enum class Shown : uint8_t { kYes, kSmall, kWithheld };

// Which of the counts may be shown. `total_known`: whether their sum is shown elsewhere, so that a
// single small count could be derived from it; the next smallest is then withheld too.
std::vector<Shown> WhichAreShown(const std::vector<uint64_t>& counts, bool total_known);

inline bool IsSmall(uint64_t count) { return count > 0 && count < kLeastShown; }

// "1 234", "1 to 10" or "withheld".
std::string ShownText(uint64_t count, Shown shown);
inline std::string ShownText(uint64_t count) {
  return ShownText(count, IsSmall(count) ? Shown::kSmall : Shown::kYes);
}

}  // namespace blindlink::researcher
