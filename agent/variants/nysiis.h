#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace blindlink::agent {

// The phonetic code of the New York State Identification and Intelligence System (Taft, Name Search
// Techniques, 1970), the original, not cut to six letters. Expects A-Z; empty for anything else.
// Thread-safe.
std::string Nysiis(absl::string_view name);

}  // namespace blindlink::agent
