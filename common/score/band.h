#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace blindlink {

// How sure a score is; the bounds are those of the 2013 report. Values are persistent.
enum class Band : uint16_t { kHigh, kMedium, kLow, kReview };
inline constexpr std::array kBands = {Band::kHigh, Band::kMedium, Band::kLow, Band::kReview};

// The lowest score of a band.
inline double LowestScoreOf(Band band) {
  constexpr double kLowest[] = {0.85, 0.75, 0.65, 0};
  return kLowest[static_cast<size_t>(band)];
}
inline Band BandOf(double score) {
  for (const Band band : kBands) {
    if (score >= LowestScoreOf(band)) return band;
  }
  return Band::kReview;
}
inline const char* NameOf(Band band) {
  constexpr const char* kNames[] = {"high", "medium", "low", "review"};
  return kNames[static_cast<size_t>(band)];
}

}  // namespace blindlink
