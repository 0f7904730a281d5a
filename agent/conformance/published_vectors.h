#pragma once

#include "absl/strings/string_view.h"

namespace blindlink::agent {

// The contents of agent/conformance/vectors/standardize.tsv and conformance.textproto at build
// time.
absl::string_view PublishedVectors();
absl::string_view PublishedPlan();

}  // namespace blindlink::agent
