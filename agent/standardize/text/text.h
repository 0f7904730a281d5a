#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace blindlink::agent {

// Folds away the differences in writing that never distinguish two facts: Unicode NFKC (full and
// half width), case, accents of Latin, Greek and Cyrillic letters, letters such as Ø, Æ, ß,
// typographic quotes and dashes, hiragana to katakana and small kana to large (old claims files
// know no small ones), old to new kanji in the forms common in names (髙 to 高), control and format
// characters, runs of white space. Letters of other scripts (Cyrillic, Greek, Hangul, Arabic,
// Hebrew, Thai, Devanagari, ...) become Latin ones (transliterate.h); kanji, which may be read as
// Chinese or Japanese, and kana stay. The result is upper-case UTF-8 without outer white space.
// False if `raw` is no UTF-8. `folded` is replaced. Thread-safe; pure ASCII never touches ICU.
bool FoldText(absl::string_view raw, std::string* folded);

// Whether folded text contains a kanji or a kana.
bool HasJapanese(absl::string_view folded);

// Whether text is one or more of A-Z and nothing else.
bool IsLatinLetters(absl::string_view text);

// Whether text is one or more digits and nothing else.
bool IsDigits(absl::string_view text);

// Whether text is at least `least` times one and the same byte: "0000", "XXX".
bool IsOneCharacterRepeated(absl::string_view text, size_t least);

// The ASCII letters and digits of folded text, and everything that is not ASCII.
std::string LettersAndDigits(absl::string_view folded);

// "UNKNOWN", "N/A", "NULL", "不明": what people and programs write where a field has no value,
// whatever the field. Expects folded text.
bool IsNoValueWord(absl::string_view folded);

}  // namespace blindlink::agent
