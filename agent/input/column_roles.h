#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace blindlink::agent {

// A role says what an input column means: a plan field of the same name, or a part that is composed
// into one (house_number into street_address).
struct ColumnRole {
  absl::string_view name;
  // Header names recognized, as NormalizeHeader writes them; the first is preferred.
  absl::Span<const absl::string_view> headers;
};

// All built-in roles.
absl::Span<const ColumnRole> BuiltInRoles();

// Null if there is no built-in role of this name.
const ColumnRole* FindRole(absl::string_view name);

// Lower-case ASCII letters and digits; other ASCII characters are dropped, so that "Birth Date",
// BIRTH_DATE and birth.date are the same. Other bytes stay.
std::string NormalizeHeader(absl::string_view header);

}  // namespace blindlink::agent
