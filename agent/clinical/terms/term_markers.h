#pragma once

#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "agent/clinical/terms/certainty.h"

namespace blindlink::agent {

enum class Side { kNone, kRight, kLeft, kBoth };

// A disease name and what stands beside it. Texts are folded (FoldTerm).
struct MarkedName {
  std::string text;     // without codes in brackets and kinds of concept: "(disorder)"
  std::string core;     // also without the markers of certainty
  std::string no_side;  // also without left, right, bilateral and the encounter
  Certainty certainty = Certainty::kDefinite;
  Side side = Side::kNone;
  char encounter = 0;              // A, D or S if the name says which encounter this is
  bool denied = false;             // "no evidence of"
  std::vector<std::string> codes;  // ICD-10 codes in the text, without dots
};

// Reads the markers of a folded English name: suspected, rule out, r/o, ?, history of, family
// history of, denied; right, left, bilateral; codes of which `known` says that they exist. Pure,
// thread-safe.
MarkedName ReadMarkers(absl::string_view folded,
                       absl::FunctionRef<bool(absl::string_view)> known_code);

// Whether a word speaks of work, schooling or housing rather than of a disease. Expects a word of
// WordsOf.
bool IsSocialWord(absl::string_view word);

// "I10", "E11.65", "e1165" or "S93.40-" without dot, in upper case; empty if `text` does not have
// the shape of an ICD-10 code.
std::string CodeWithoutDot(absl::string_view text);

}  // namespace blindlink::agent
