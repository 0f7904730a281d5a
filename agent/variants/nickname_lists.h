#pragma once

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace blindlink::agent {

// The table's sources, written for this project. Each line is one or more words of A-Z between
// single spaces; agent/variants/nickname_table.h says how they are read, and a test that they are
// sound.

// A formal name and what its bearers are called: "ROBERT BOB BOBBY ...". Names in the other two
// lists in their first spelling.
absl::Span<const absl::string_view> MensNicknames();
absl::Span<const absl::string_view> WomensNicknames();
// Spanish, Italian, Irish, German, Polish, Russian, Hebrew, Arabic, Indian, ... names, of men and
// women, with their pet names and the English names their bearers take.
absl::Span<const absl::string_view> NicknamesOfOtherLanguages();

// Spellings of one name that clerks exchange, the first one standing for all: "STEPHEN STEVEN ...".
absl::Span<const absl::string_view> NameSpellings();

// Formal names frequent in the United States, the most frequent first (approximately).
absl::Span<const absl::string_view> UsualFormalNames();

}  // namespace blindlink::agent
