#pragma once

#include "absl/strings/string_view.h"
#include "agent/standardize/text/standard_value.h"

namespace blindlink::agent {

// Fields with a closed list of meanings. All expect folded, non-empty text (FoldText); thread-safe.

// M, F or O. Unknown is missing.
StandardizeResult StandardizeSex(absl::string_view folded);

// SELF, SPOUSE, CHILD, FAMILY (a dependant, without saying which) or OTHER. A bare number is taken
// only where the usual code lists agree on it.
StandardizeResult StandardizeRelationship(absl::string_view folded);

// JR, SR, II .. X; "Junior", "3rd" likewise.
StandardizeResult StandardizeNameSuffix(absl::string_view folded);

// The standard form of a generational suffix, or nothing: "3RD" -> "III". "V" and "X" too, so ask
// only where a suffix can stand.
absl::string_view GenerationalSuffix(absl::string_view word);

// Whether a generational suffix may also be a name or an initial: V, X, JUNIOR, SENIOR.
bool IsSuffixOrName(absl::string_view suffix);

}  // namespace blindlink::agent
