#pragma once

#include <cstdint>

namespace blindlink::researcher {

// A share with its 95 % interval (Wilson 1927, without continuity correction). The interval stays
// within 0..1 and is accurate near the ends, where good linkage lies.
struct Proportion {
  double value = 0;
  double low = 0;
  double high = 1;
};

// `hits` of `total`. With a total of 0 nothing is known: value 0, interval 0..1.
Proportion WilsonInterval(uint64_t hits, uint64_t total);

// How the pairs that a result calls one person compare with the truth, over all pairs that could
// have been compared.
struct ContingencyTable {
  uint64_t true_positives = 0;
  uint64_t false_positives = 0;
  uint64_t false_negatives = 0;
  uint64_t true_negatives = 0;

  // Of the true pairs, those found.
  Proportion Sensitivity() const;
  // Of the pairs found, those true.
  Proportion PositivePredictiveValue() const;
  // Of the pairs that are not one person, those that were kept apart.
  Proportion Specificity() const;
  // Harmonic mean of sensitivity and PPV; 0 if nothing was found.
  double F1() const;
};

}  // namespace blindlink::researcher
