#pragma once

#include <cstdint>

#include "agent/clinical/terms/calibration.h"
#include "agent/clinical/terms/term_dictionary.h"

namespace blindlink::agent {

// Measures how often the matcher is right without knowing the truth of any name: a sample of the
// dictionary's own names is looked up, each as it is, as if it were not in the dictionary,
// misspelled, and some with a part left out, and the category found is compared with its code's.
// The same dictionary gives the same numbers. Takes some seconds.
class TermCalibrator {
 public:
  static Calibration Measure(const TermDictionary& dictionary, uint32_t samples = 48000);
};

}  // namespace blindlink::agent
