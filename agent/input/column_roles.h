#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace blindlink::agent {

// A role says what an input column means: a plan field with the same name, or a part of one
// (house_number is part of street_address).
struct ColumnRole {
  absl::string_view name;
  // The recognized headers, as NormalizeHeader returns them; the first is preferred.
  absl::Span<const absl::string_view> headers;
};

// All built-in roles.
absl::Span<const ColumnRole> BuiltInRoles();

// Null if there is no built-in role with this name.
const ColumnRole* FindRole(absl::string_view name);

// Lower-cases ASCII letters and drops ASCII characters other than letters and digits, so that
// "Birth Date", BIRTH_DATE and birth.date are equal. Keeps all other bytes.
std::string NormalizeHeader(absl::string_view header);

// The headers as NormalizeHeader returns them, for looking up roles. A birthday is the whole date,
// but birth_day, and any birthday beside a year of birth, is its day: "dayofbirth".
std::vector<std::string> RecognizableHeaders(absl::Span<const std::string> headers);

}  // namespace blindlink::agent
