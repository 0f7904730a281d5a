#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace blindlink::agent {

// A vector for which this build produces something other than the published result.
struct ConformanceDifference {
  size_t line;         // 1-based, of the vector file
  std::string output;  // vectors are public and describe nobody, so this may be shown
};

// The results for the vectors of one standardizer, or for the tokens of a scheme
// ("TOKENS", "TOKENS_CHACHA20_SHA256").
struct ConformanceGroup {
  std::string name;
  size_t vectors = 0;
  std::vector<ConformanceDifference> differences;
};

struct Conformance {
  std::vector<ConformanceGroup> groups;  // in file order
  std::string vectors_sha256;            // of the vector file, hexadecimal
  // SHA-256 of this build's results for all vectors, hexadecimal. Two sites with the same vector
  // file and the same digest standardize and hash alike on all of them.
  std::string outputs_sha256;

  size_t vectors() const;
  size_t differing() const;
};

// Standardizes and tokenizes every vector of `vectors` (docs/formats/vectors.md) and compares the
// results with those published there. INVALID_ARGUMENT, naming the line, for a line that is not a
// vector, or if the file has no vectors.
absl::StatusOr<Conformance> CheckConformance(absl::string_view vectors);

}  // namespace blindlink::agent
