#pragma once

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "resolver/authz/spiffe.h"

namespace blindlink::resolver {

// Which roles may call a method at all. What they may do there is up to the handler (a site
// accesses only its own uploads). A method that is not in the table is denied to everyone; a test
// iterates over the services' descriptors and fails for a method without a row.
struct MethodRow {
  absl::string_view method;  // "/blindlink.v1.Upload/BeginUpload"
  unsigned roles;            // bits of Role
};

absl::Span<const MethodRow> MethodTable();

// Whether `role` may call `method`.
bool MayCall(Role role, absl::string_view method);

}  // namespace blindlink::resolver
