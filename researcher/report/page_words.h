#pragma once

#include <string>

#include "researcher/evaluate/evaluation.h"

namespace blindlink::researcher {

// The names of the two sides of the comparison, which depend on the reference.
struct PageWords {
  std::string reference_pairs;  // heading of the reference's set
  std::string is_true;          // for one pair
  std::string is_false;
  std::string linked_only;  // for the parts of the diagram
  std::string both;
  std::string reference_only;
};

inline PageWords WordsFor(const Evaluation& evaluation) {
  if (evaluation.truth_records > 0) {
    return {"True pairs", "true", "false", "linked, false", "linked, true", "true, missed"};
  }
  return {"Reference pairs", "in the reference", "not in it",
          "linked only",     "in both",          "reference only"};
}

}  // namespace blindlink::researcher
