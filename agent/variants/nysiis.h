#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace blindlink::agent {

// The phonetic code of the New York State Identification and Intelligence System (Taft, Name Search
// Techniques, 1970): the original version, not truncated to six letters. Expects A-Z; empty for any
// other text. Thread-safe.
std::string Nysiis(absl::string_view name);

}  // namespace blindlink::agent
