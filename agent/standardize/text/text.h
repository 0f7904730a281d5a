#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "agent/standardize/text/value_change.h"

namespace blindlink::agent {

// Removes differences in writing that never distinguish two facts:
// - full and half width (Unicode NFKC), case, accents, letters such as Ø, Æ and ß;
// - typographic quotes and dashes, control and format characters, runs of white space;
// - hiragana become katakana, and small kana large ones, since old claims files have no small kana;
// - old kanji become new ones in the forms common in names (髙 to 高);
// - letters of other scripts (Cyrillic, Greek, Hangul, Arabic, Hebrew, Thai, Devanagari, ...)
//   become Latin (transliterate.h). Kana stay, and so do kanji, which may be Chinese or Japanese.
// - other Latin letters become plain ones (ICU's Latin-ASCII): Ɓ to B, ƒ to F, ẞ to SS.
// Replaces `folded` with upper-case UTF-8 without leading or trailing white space. False if `raw`
// is not UTF-8. If letters became others, adds that to `changes` unless it is null. Thread-safe;
// pure ASCII never uses ICU.
bool FoldText(absl::string_view raw, std::string* folded, ValueChanges* changes = nullptr);

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

// Whether the text says that there is no value: words of people and programs (UNKNOWN, N/A, NULL,
// NaT, \N, 不明), errors of spreadsheets (#REF!), negative codes (-9), and text without a letter or
// digit (-, ., ?). Some of the words are also names; see IsWrittenAsName in name_words.h. Expects
// folded text.
bool IsNothing(absl::string_view folded);

// Whether the word marks a record nobody is behind: TEST, DUMMY, DONOTUSE. Expects folded text
// without punctuation.
bool IsTestWord(absl::string_view word);

// Whether the text is either.
bool IsNoValueWord(absl::string_view folded);

}  // namespace blindlink::agent
