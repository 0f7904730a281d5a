#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace blindlink::resolver {

// The role of a certificate's holder. A set of roles is a bit mask.
enum class Role : unsigned {
  kSite = 1,
  kCoordinator = 2,
  kResearcher = 4,
  kResolver = 8,
  kWorker = 16,
};

// "site", "coordinator", "researcher", "resolver", "worker".
absl::string_view NameOf(Role role);

// The party that a certificate identifies.
struct Party {
  Role role;
  std::string name;

  friend bool operator==(const Party&, const Party&) = default;
};

// Reads spiffe://blindlink/<role>/<name> exactly: no query, fragment, port, upper case, escape or
// trailing slash. INVALID_ARGUMENT otherwise.
absl::StatusOr<Party> ParseSpiffeUri(absl::string_view uri);

std::string SpiffeUriOf(const Party& party);

}  // namespace blindlink::resolver
