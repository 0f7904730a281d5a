#pragma once

#include <unicode/unistr.h>

namespace blindlink::agent {

// Whether `text` has a letter of a script other than Latin, Chinese or Japanese.
bool NeedsLatinLetters(const icu::UnicodeString& text);

// Replaces all letters of such scripts with unaccented Latin letters: Иванов becomes IVANOV, 김
// GIM. Cyrillic follows the BGN/PCGN table for Russian, and other scripts follow ICU's "Any-Latin",
// which uses the United Nations tables for most of them. Vowels that a script does not write stay
// missing: דוד becomes DWD. Results may differ between versions of ICU; `blindlink-agent
// conformance` detects that. Thread-safe.
void ToLatinLetters(icu::UnicodeString* text);

// Whether `text` has a Latin letter beyond ASCII.
bool NeedsPlainLetters(const icu::UnicodeString& text);

// Replaces Latin letters beyond ASCII with those they are written for, in upper case: Ɓ becomes B.
// A letter for which ICU has no other stays. Thread-safe.
void ToPlainLetters(icu::UnicodeString* text);

}  // namespace blindlink::agent
