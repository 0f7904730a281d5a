#pragma once

#include <string>

#include "researcher/evaluate/evaluation.h"

namespace blindlink {

// What the two sides of the comparison are called, which depends on the reference.
struct PageWords {
  std::string reference_pairs;  // heading of the reference's set
  std::string is_true;          // of a pair
  std::string is_false;
};

inline PageWords WordsFor(const Evaluation& evaluation) {
  if (evaluation.truth_records > 0) return {"True pairs", "true", "false"};
  return {"Reference pairs", "in the reference", "not in the reference"};
}

}  // namespace blindlink
