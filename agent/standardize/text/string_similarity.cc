#include "agent/standardize/text/string_similarity.h"

#include <unicode/utf8.h>

#include <algorithm>
#include <cstdint>

namespace blindlink::agent {
namespace {

constexpr size_t kMaxLetters = 128;

struct Letters {
  explicit Letters(absl::string_view text) {
    const auto length = static_cast<int32_t>(text.size());
    for (int32_t i = 0; i < length && size < kMaxLetters;) {
      UChar32 letter;
      U8_NEXT_OR_FFFD(text.data(), i, length, letter);
      of[size++] = letter;
    }
  }
  UChar32 of[kMaxLetters];
  size_t size = 0;
};

double Jaro(const Letters& a, const Letters& b) {
  if (a.size == 0 || b.size == 0) return 0;
  const size_t half = std::max(a.size, b.size) / 2;
  const size_t reach = half > 0 ? half - 1 : 0;
  bool matched_in_b[kMaxLetters] = {};
  UChar32 common[kMaxLetters];  // letters of `a` that match one of `b`, in order of `a`
  size_t matches = 0;
  for (size_t i = 0; i < a.size; ++i) {
    const size_t end = std::min(i + reach + 1, b.size);
    for (size_t j = i > reach ? i - reach : 0; j < end; ++j) {
      if (matched_in_b[j] || a.of[i] != b.of[j]) continue;
      matched_in_b[j] = true;
      common[matches++] = a.of[i];
      break;
    }
  }
  if (matches == 0) return 0;
  size_t out_of_order = 0;
  for (size_t j = 0, i = 0; j < b.size; ++j) {
    if (matched_in_b[j] && common[i++] != b.of[j]) ++out_of_order;
  }
  const auto m = static_cast<double>(matches);
  const size_t transpositions = out_of_order / 2;
  return (m / static_cast<double>(a.size) + m / static_cast<double>(b.size) +
          (m - static_cast<double>(transpositions)) / m) /
         3;
}

}  // namespace

double JaroWinkler(absl::string_view a, absl::string_view b) {
  constexpr double kBonusAbove = 0.7;
  constexpr double kBonus = 0.1;
  constexpr size_t kMaxPrefix = 4;
  const Letters left(a);
  const Letters right(b);
  const double jaro = Jaro(left, right);
  if (jaro <= kBonusAbove) return jaro;
  size_t prefix = 0;
  while (prefix < std::min({kMaxPrefix, left.size, right.size}) &&
         left.of[prefix] == right.of[prefix]) {
    ++prefix;
  }
  return jaro + kBonus * static_cast<double>(prefix) * (1 - jaro);
}

size_t EditDistance(absl::string_view a, absl::string_view b, size_t limit) {
  const Letters left(a);
  const Letters right(b);
  if (std::max(left.size, right.size) - std::min(left.size, right.size) > limit) return limit + 1;
  uint8_t rows[3][kMaxLetters + 1];
  uint8_t* before_last = rows[0];
  uint8_t* last = rows[1];
  uint8_t* row = rows[2];
  for (size_t j = 0; j <= right.size; ++j) last[j] = static_cast<uint8_t>(j);
  for (size_t i = 1; i <= left.size; ++i) {
    row[0] = static_cast<uint8_t>(i);
    size_t least = i;
    for (size_t j = 1; j <= right.size; ++j) {
      const int changed = left.of[i - 1] == right.of[j - 1] ? 0 : 1;
      int fewest = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + changed});
      const bool exchanged =
          i > 1 && j > 1 && left.of[i - 1] == right.of[j - 2] && left.of[i - 2] == right.of[j - 1];
      if (exchanged) fewest = std::min(fewest, before_last[j - 2] + 1);
      row[j] = static_cast<uint8_t>(fewest);
      least = std::min<size_t>(least, row[j]);
    }
    if (least > limit) return limit + 1;
    uint8_t* const unused = before_last;
    before_last = last;
    last = row;
    row = unused;
  }
  return std::min<size_t>(last[right.size], limit + 1);
}

}  // namespace blindlink::agent
