#pragma once

#include "absl/strings/string_view.h"

#include "absl/status/status.h"

namespace blindlink {

// Names of projects, sites, datasets and researchers become folder names and parts of a SPIFFE URI,
// so they must match [a-z0-9][a-z0-9-]{0,62}. INVALID_ARGUMENT names the `kind` and what is
// allowed.
absl::Status CheckName(absl::string_view kind, absl::string_view name);

}  // namespace blindlink
