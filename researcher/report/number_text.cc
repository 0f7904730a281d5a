#include "researcher/report/number_text.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace blindlink::researcher {
namespace {

constexpr int kLeastDecimals = 4;
constexpr int kMostDecimals = 12;

int DecimalsFor(double share) {
  const double distance = std::min(share, 1 - share);
  if (distance <= 0) return kLeastDecimals;
  return std::clamp(static_cast<int>(std::ceil(-std::log10(distance))) + 1, kLeastDecimals,
                    kMostDecimals);
}

std::string ShareText(double share, int decimals) {
  return absl::StrFormat("%.*f", share == 0 || share == 1 ? 0 : decimals, share);
}

}  // namespace

std::string CountText(uint64_t count) {
  const std::string digits = absl::StrCat(count);
  std::string text;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) text += "\u00a0";
    text += digits[i];
  }
  return text;
}

std::string ShareText(double share) { return ShareText(share, DecimalsFor(share)); }

std::string IntervalText(const Proportion& share, uint64_t total) {
  if (total == 0) return "unknown";
  const int decimals = DecimalsFor(share.value);
  return absl::StrCat(ShareText(share.value, decimals), " (", ShareText(share.low, decimals),
                      " to ", ShareText(share.high, decimals), ")");
}

}  // namespace blindlink::researcher
