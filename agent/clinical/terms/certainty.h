#pragma once

#include "absl/strings/string_view.h"

namespace blindlink::agent {

// Whether the patient has the disease: has it, may have it, had it, or has a relative with it.
enum class Certainty { kDefinite, kSuspected, kHistory, kFamily };

// "definite", "suspected", "history" or "family": the word in files. A literal.
inline absl::string_view NameOf(Certainty certainty) {
  switch (certainty) {
    case Certainty::kSuspected:
      return "suspected";
    case Certainty::kHistory:
      return "history";
    case Certainty::kFamily:
      return "family";
    default:
      return "definite";
  }
}

}  // namespace blindlink::agent
