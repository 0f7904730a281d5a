#include "agent/address_reference/edit_distance.h"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace blindlink::agent {
namespace {

constexpr size_t kMaxSize = 64;
using Line = std::array<int, kMaxSize + 1>;

}  // namespace

int EditDistance(absl::string_view a, absl::string_view b, int limit) {
  const int difference = std::abs(static_cast<int>(a.size()) - static_cast<int>(b.size()));
  if (difference > limit || std::max(a.size(), b.size()) > kMaxSize) return limit + 1;
  Line before_last{}, last{}, line{};
  for (size_t j = 0; j <= b.size(); ++j) last[j] = static_cast<int>(j);
  for (size_t i = 1; i <= a.size(); ++i) {
    line[0] = static_cast<int>(i);
    int least = line[0];
    for (size_t j = 1; j <= b.size(); ++j) {
      const int change = a[i - 1] == b[j - 1] ? 0 : 1;
      line[j] = std::min({last[j] + 1, line[j - 1] + 1, last[j - 1] + change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        line[j] = std::min(line[j], before_last[j - 2] + 1);
      }
      least = std::min(least, line[j]);
    }
    if (least > limit) return limit + 1;
    before_last = last;
    last = line;
  }
  return std::min(last[b.size()], limit + 1);
}

}  // namespace blindlink::agent
