#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace blindlink::agent {

// A vector of which this build makes something else than what is published.
struct ConformanceDifference {
  size_t line;         // 1-based, of the vector file
  std::string output;  // vectors are public and of nobody, so it may be shown
};

// What became of the vectors of one standardizer, or of the tokens ("TOKENS").
struct ConformanceGroup {
  std::string name;
  size_t vectors = 0;
  std::vector<ConformanceDifference> differences;
};

struct Conformance {
  std::vector<ConformanceGroup> groups;  // in the order of the file
  std::string vectors_sha256;            // of the vector file, hexadecimal
  // SHA-256 of what this build makes of every vector, hexadecimal. Two sites with the same vector
  // file and the same digest standardize and hash alike on all of them.
  std::string outputs_sha256;

  size_t vectors() const;
  size_t differing() const;
};

// Standardizes and tokenizes every vector of `vectors` (docs/formats/vectors.md) and compares with
// what is published there. INVALID_ARGUMENT, naming the line: a line that is no vector, or a file
// without any.
absl::StatusOr<Conformance> CheckConformance(absl::string_view vectors);

}  // namespace blindlink::agent
