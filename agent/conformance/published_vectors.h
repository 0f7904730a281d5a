#pragma once

#include "absl/strings/string_view.h"

namespace blindlink::agent {

// agent/conformance/vectors/standardize.tsv and conformance.textproto as they were when this was
// built.
absl::string_view PublishedVectors();
absl::string_view PublishedPlan();

}  // namespace blindlink::agent
