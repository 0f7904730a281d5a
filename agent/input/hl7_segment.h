#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace blindlink::agent {

// The syntax of HL7 v2 (HL7 v2.9, chapter 2): segments of fields, repetitions, components and
// subcomponents. Pure, thread-safe.

// The characters of MSH-1 and MSH-2 that structure a message; 0 for those that it does without.
struct Hl7Separators {
  char field = '|';
  char component = '^';
  char repetition = '~';
  char escape = '\\';
  char subcomponent = '&';
  char truncation = 0;
};
// Of the MSH segment. Nullopt if there are none, or if two are the same or could stand in a value.
std::optional<Hl7Separators> ReadHl7Separators(absl::string_view msh);

// Whether `text` begins as a segment does: three capitals or digits, the first a capital, and the
// separator of fields.
bool IsHl7Segment(absl::string_view text, char field_separator);

// `text` in pieces; at least one. All of it if the separator is 0.
std::vector<absl::string_view> SplitHl7(absl::string_view text, char separator);

// The piece with this number, from 0; empty if there are fewer.
absl::string_view Hl7Piece(const std::vector<absl::string_view>& pieces, size_t number);

// Appends the text of a value without its escape sequences: those for the separators, for bytes in
// hexadecimal and for line breaks are replaced, those for highlighting are left out. False for any
// other, of which `out` then has a part.
bool UnescapeHl7(absl::string_view text, const Hl7Separators& separators, std::string* out);

}  // namespace blindlink::agent
