#pragma once

#include <cstddef>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "common/oprf/group.h"
#include "common/oprf/oprf_key.h"

namespace blindlink::agent {

// What a key server answers. Nothing of it is checked yet but the sizes.
struct KeyServerAnswer {
  OprfEvaluation evaluation;
  OprfElement public_key{};
};

// Has a key server apply its key to blinded elements.
class BlindEvaluator {
 public:
  virtual ~BlindEvaluator() = default;

  static constexpr size_t kMostElements = 4096;  // of one call

  // As many elements as `blinded` has: 1 to kMostElements. Errors are the key server's, in words
  // for the agent's user. Thread-safe.
  virtual absl::StatusOr<KeyServerAnswer> Evaluate(absl::Span<const OprfElement> blinded) = 0;
};

}  // namespace blindlink::agent
