#pragma once

#include <cstddef>
#include <cstdint>

namespace blindlink {

// How sure a score is; the bounds are those of the 2013 report.
enum class Band : uint16_t { kHigh, kMedium, kLow, kReview };

inline Band BandOf(double score) {
  if (score >= 0.85) return Band::kHigh;
  if (score >= 0.75) return Band::kMedium;
  return score >= 0.65 ? Band::kLow : Band::kReview;
}
inline const char* NameOf(Band band) {
  constexpr const char* kNames[] = {"high", "medium", "low", "review"};
  return kNames[static_cast<size_t>(band)];
}

}  // namespace blindlink
