#include "agent/standardize/text/transliterate.h"

#include <memory>

#include <unicode/locid.h>
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

constexpr char kPlainRules[] = ":: [:Latin:]; :: Latin-ASCII;";

// ICU does not promise that threads can share a transliterator.
std::unique_ptr<icu::Transliterator> Make(const char* rules) {
  UErrorCode status = U_ZERO_ERROR;
  UParseError error;
  return std::unique_ptr<icu::Transliterator>(icu::Transliterator::createFromRules(
      "blindlink", icu::UnicodeString::fromUTF8(rules), UTRANS_FORWARD, error, status));
}

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
  thread_local const std::unique_ptr<icu::Transliterator> kToLatin = Make(kRules);
  if (kToLatin != nullptr) kToLatin->transliterate(*text);
}

bool NeedsPlainLetters(const icu::UnicodeString& text) {
  for (int32_t i = 0; i < text.length();) {
    const UChar32 c = text.char32At(i);
    i += U16_LENGTH(c);
    UErrorCode status = U_ZERO_ERROR;
    if (c >= 0xC0 && uscript_getScript(c, &status) == USCRIPT_LATIN) return true;
  }
  return false;
}

void ToPlainLetters(icu::UnicodeString* text) {
  thread_local const std::unique_ptr<icu::Transliterator> kToPlain = Make(kPlainRules);
  if (kToPlain == nullptr) return;
  kToPlain->transliterate(*text);
  text->toUpper(icu::Locale::getRoot());
}

}  // namespace blindlink::agent
