#pragma once

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace blindlink::agent {

// The sources of the nickname table, written for this project. Each line is one or more words of
// A-Z separated by single spaces. nickname_table.h explains how they are used, and a test checks
// them.

// A formal name and its nicknames: "ROBERT BOB BOBBY ...". A name with several spellings in
// NameSpellings() appears here in its first one.
absl::Span<const absl::string_view> MensNicknames();
absl::Span<const absl::string_view> WomensNicknames();
// Men's and women's names in Spanish, Italian, Irish, German, Polish, Russian, Hebrew, Arabic,
// Indian and other languages, with their pet names and the English names that people adopt instead.
absl::Span<const absl::string_view> NicknamesOfOtherLanguages();

// Spellings of a name that clerks confuse, the representative first: "STEPHEN STEVEN ...".
absl::Span<const absl::string_view> NameSpellings();

// Formal names that are frequent in the United States, roughly the most frequent first.
absl::Span<const absl::string_view> UsualFormalNames();

}  // namespace blindlink::agent
