#pragma once

#include "absl/strings/string_view.h"
#include "agent/standardize/text/standard_value.h"

namespace blindlink::agent {

// Fields with a fixed set of values. All functions expect folded, non-empty text (see FoldText) and
// are thread-safe.

// M, F or O, from words and the codes of HL7, ISO 5218, OMOP, PCORnet and SNOMED CT. An unknown sex
// is missing.
StandardizeResult StandardizeSex(absl::string_view folded);

// SELF, SPOUSE, CHILD, FAMILY (a dependant of any kind) or OTHER. A bare number is accepted only if
// the usual code lists agree on its meaning.
StandardizeResult StandardizeRelationship(absl::string_view folded);

// JR, SR, I to X. "Junior" is JR, and "3rd" is III.
StandardizeResult StandardizeNameSuffix(absl::string_view folded);

// The standard form of a generational suffix: "3RD" -> "III". Empty for any other word. "V" and "X"
// count as suffixes, so call this only where a suffix can stand.
absl::string_view GenerationalSuffix(absl::string_view word);

// Whether a generational suffix may also be a name or an initial: V, X, JUNIOR, SENIOR.
bool IsSuffixOrName(absl::string_view suffix);

}  // namespace blindlink::agent
