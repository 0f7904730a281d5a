#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace blindlink::agent {

// Removes differences in writing that never distinguish two facts:
// - full and half width (Unicode NFKC), case, accents, letters such as Ø, Æ and ß;
// - typographic quotes and dashes, control and format characters, runs of white space;
// - hiragana become katakana, and small kana large ones, since old claims files have no small kana;
// - old kanji become new ones in the forms common in names (髙 to 高);
// - letters of other scripts (Cyrillic, Greek, Hangul, Arabic, Hebrew, Thai, Devanagari, ...)
//   become Latin (transliterate.h). Kana stay, and so do kanji, which may be Chinese or Japanese.
// Replaces `folded` with upper-case UTF-8 without leading or trailing white space. False if `raw`
// is not UTF-8. Thread-safe; pure ASCII never uses ICU.
bool FoldText(absl::string_view raw, std::string* folded);

// Whether folded text contains kanji or kana.
bool HasJapanese(absl::string_view folded);

// Whether the text is one or more letters A-Z and nothing else.
bool IsLatinLetters(absl::string_view text);

// Whether the text is one or more digits and nothing else.
bool IsDigits(absl::string_view text);

// Whether the text is the same byte at least `least` times, and at least once: "0000", "XXX".
bool IsOneCharacterRepeated(absl::string_view text, size_t least);

// The folded text without ASCII characters other than letters and digits.
std::string LettersAndDigits(absl::string_view folded);

// The folded text with a digit for each letter that is often written or scanned for one: 0 for O, 1
// for I and L, 5 for S, 8 for B.
std::string LookalikesAsDigits(absl::string_view folded);

// Whether people or programs write this text if any field has no value: "UNKNOWN", "N/A", "NULL",
// "不明". Expects folded text.
bool IsNoValueWord(absl::string_view folded);

}  // namespace blindlink::agent
