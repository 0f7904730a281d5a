#pragma once

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "agent/clinical/terms/term_draft.h"

namespace blindlink::agent {

// How a name was found, surest first.
enum class MatchLevel : uint8_t {
  kSame,          // the same words in the same order, or the same letters
  kBag,           // the same words in another order
  kConcepts,      // words that mean the same
  kAbbreviation,  // after an abbreviation was written out
  kSpelled1,      // after one edit
  kSpelled2,      // after several
  kFiner,         // without words that only say more: "type 4C", "severe", "isolated"
  kHeadless,      // without "disease", "syndrome"
  kRanked,        // the most similar
};
inline constexpr size_t kExactLevels = 8;

// What the most similar name has in common with the one looked for; all from 0 to 1.
struct RankFeatures {
  double similarity = 0;      // weight in common, twice, over the weight of both
  double query_coverage = 0;  // share of the looked-for name's weight
  double form_coverage = 0;   // share of the dictionary's name's weight
  double margin = 0;          // similarity minus that of the best of another category
  double unknown = 0;         // share of the weight of words that no dictionary name has
  double corrected = 0;       // share of the weight of words whose spelling was corrected
};

// Probabilities that a name's category is right. They are measured when the dictionary is built,
// on its own names: each of a sample is looked up as if it were not there, or misspelled, and what
// is found is compared with its code (term_calibrator.h). Immutable, thread-safe.
class Calibration {
 public:
  // What has never been measured has the values of a cautious guess.
  Calibration();
  static Calibration FromNumbers(absl::Span<const double> numbers);
  std::vector<double> ToNumbers() const;

  // `disputed`: sources name other categories for the same words.
  double OfExact(MatchLevel level, TermSource source, bool disputed) const;
  double OfRanked(const RankFeatures& features) const;

  // The lowest probability at which names are coded automatically if the share `min_right` of all
  // that are coded shall be right: over the names of the sample with at least that probability the
  // mean is min_right. A single name's doubt is at most four times that of all.
  double Threshold(double min_right) const;

  struct ExactSample {
    MatchLevel level;
    TermSource source;
    bool disputed;
    bool right;
  };
  struct RankedSample {
    RankFeatures features;
    bool right;
  };
  static Calibration Learn(absl::Span<const ExactSample> exact,
                           absl::Span<const RankedSample> ranked);

 private:
  static constexpr size_t kWeights = 8;
  static constexpr std::array<double, 14> kWantedShares = {
      0.5, 0.7, 0.8, 0.85, 0.9, 0.95, 0.96, 0.97, 0.975, 0.98, 0.985, 0.99, 0.995, 0.999};
  static constexpr size_t kExactCells = kExactLevels * 2 * kTermSources;
  static size_t CellOf(MatchLevel level, TermSource source, bool disputed);
  double Raw(const RankFeatures& features) const;
  void LearnExact(absl::Span<const ExactSample> samples);
  void LearnWeights(absl::Span<const RankedSample> samples);
  void LearnCurve(absl::Span<const RankedSample> samples);
  void LearnThresholds(std::vector<double> probabilities);

  std::array<double, kExactCells> exact_;
  std::array<double, kWeights> weights_;
  std::array<double, kWantedShares.size()> thresholds_;
  // Raw scores, ascending, and the share right from there on: a step function that never falls.
  std::vector<std::pair<double, double>> curve_;
};

}  // namespace blindlink::agent
