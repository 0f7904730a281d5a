#include "agent/standardize/text/transliterate.h"

#include <memory>

#include <unicode/translit.h>
#include <unicode/uchar.h>
#include <unicode/uscript.h>

namespace blindlink::agent {
namespace {

bool IsForeignLetter(UChar32 c) {
  if (c < 0x370 || !u_isalpha(c)) return false;
  UErrorCode status = U_ZERO_ERROR;
  switch (uscript_getScript(c, &status)) {
    case USCRIPT_LATIN:
    case USCRIPT_COMMON:
    case USCRIPT_INHERITED:
    case USCRIPT_HAN:
    case USCRIPT_HIRAGANA:
    case USCRIPT_KATAKANA:
    case USCRIPT_BOPOMOFO:
      return false;
    default:
      return U_SUCCESS(status);
  }
}

// Cyrillic follows BGN/PCGN, as US authorities do: Юрий becomes YURIY, not JURIJ. The filter keeps
// kanji and kana out of Any-Latin. Modifier letters, such as the prime of a soft sign, are removed.
constexpr char kRules[] =
    ":: [[:L:][:M:]-[[:Latin:][:Common:][:Inherited:][:Han:][:Hiragana:][:Katakana:][:Bopomofo:]]];"
    ":: Russian-Latin/BGN; :: Any-Latin; :: NFD; :: [:Mn:] Remove; :: NFC; :: Latin-ASCII; :: "
    "[:Lm:] Remove;";

}  // namespace

bool NeedsLatinLetters(const icu::UnicodeString& text) {
  for (int32_t i = 0; i < text.length();) {
    const UChar32 c = text.char32At(i);
    i += U16_LENGTH(c);
    if (IsForeignLetter(c)) return true;
  }
  return false;
}

void ToLatinLetters(icu::UnicodeString* text) {
  // ICU does not promise that threads can share a transliterator.
  thread_local const std::unique_ptr<icu::Transliterator> kToLatin = [] {
    UErrorCode status = U_ZERO_ERROR;
    UParseError error;
    return std::unique_ptr<icu::Transliterator>(icu::Transliterator::createFromRules(
        "blindlink", icu::UnicodeString::fromUTF8(kRules), UTRANS_FORWARD, error, status));
  }();
  if (kToLatin != nullptr) kToLatin->transliterate(*text);
}

}  // namespace blindlink::agent
