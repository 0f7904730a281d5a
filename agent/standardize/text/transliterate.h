#pragma once

#include <unicode/unistr.h>

namespace blindlink::agent {

// Whether `text` has a letter of a script that is neither Latin nor Chinese nor Japanese.
bool NeedsLatinLetters(const icu::UnicodeString& text);

// Writes all letters of such scripts as unaccented Latin ones, Cyrillic by the BGN/PCGN table for
// Russian, the rest by ICU's "Any-Latin" (for most scripts the United Nations' tables), leaving the
// others as they are: Иванов is IVANOV, 김 is GIM. Scripts that leave vowels out stay without them:
// דוד is DWD. What comes out belongs to the version of ICU; `blindlink-agent conformance` shows a
// difference. Thread-safe.
void ToLatinLetters(icu::UnicodeString* text);

}  // namespace blindlink::agent
