#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"

namespace blindlink::agent {

struct SynthesisOptions {
  std::string spec;
  std::string input;  // the table of persons
  std::string out;    // folder
  std::optional<uint64_t> seed;
};

// What `blindlink-agent synthesize` does.
absl::Status RunSynthesis(const SynthesisOptions& options);

}  // namespace blindlink::agent
