#include "agent/standardize/text/text.h"

#include <algorithm>

#include <unicode/locid.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "agent/standardize/text/transliterate.h"

namespace blindlink::agent {
namespace {

// Folds punctuation that NFKC leaves as it is, or breaks: it turns an acute accent into a space and
// a combining mark.
UChar32 FoldPunctuation(UChar32 c) {
  switch (c) {
    case 0x60:
    case 0xB4:
    case 0x2B9:
    case 0x2BB:
    case 0x2BC:
    case 0x2BD:
    case 0x2BE:  // hamza
    case 0x2BF:  // ayn
    case 0xA78B:
    case 0xA78C:
    case 0x2018:
    case 0x2019:
    case 0x2032:
      return '\'';
    case 0x201C:
    case 0x201D:
      return '"';
    case 0x2010:
    case 0x2011:
    case 0x2012:
    case 0x2013:
    case 0x2014:
    case 0x2015:
    case 0x2212:
      return '-';
    case 0xB7:
    case 0x30FB:
      return ' ';
    default:
      return c;
  }
}

UChar32 FoldKana(UChar32 c) {
  if (c >= 0x3041 && c <= 0x3096) c += 0x60;
  switch (c) {
    case 0x30A1:  // small a, i, u, e, o
    case 0x30A3:
    case 0x30A5:
    case 0x30A7:
    case 0x30A9:
    case 0x30C3:  // small tsu
    case 0x30E3:  // small ya, yu, yo
    case 0x30E5:
    case 0x30E7:
    case 0x30EE:  // small wa
      return c + 1;
    case 0x30F5:  // small ka
      return 0x30AB;
    case 0x30F6:  // small ke
      return 0x30B1;
    default:
      return c;
  }
}

// Old and new forms of kanji, of which families often write one and clerks the other.
UChar32 FoldKanji(UChar32 c) {
  static const auto* const kNewForm = [] {
    constexpr UChar32 kPairs[][2] = {
        {0x9AD9, 0x9AD8}, {0xFA11, 0x5D0E}, {0x908A, 0x8FBA}, {0x9089, 0x8FBA}, {0x9F4B, 0x658E},
        {0x9F4A, 0x6589}, {0x6FA4, 0x6CA2}, {0x6FF1, 0x6D5C}, {0x6FF5, 0x6D5C}, {0x5EE3, 0x5E83},
        {0x570B, 0x56FD}, {0x5D8B, 0x5CF6}, {0x5D8C, 0x5CF6}, {0x6AFB, 0x685C}, {0x9F8D, 0x7ADC},
        {0x771E, 0x771F}, {0x60E0, 0x6075}, {0x5FB7, 0x5FB3}, {0x69AE, 0x6804}, {0x6F81, 0x6E0B},
        {0x7027, 0x6EDD}, {0x85CF, 0x8535}, {0x5713, 0x5186}, {0x58FD, 0x5BFF}, {0x5BEC, 0x5BDB},
        {0x7A57, 0x7A42}, {0x9EB5, 0x9EBA}, {0x5CEF, 0x5CF0}, {0x7E23, 0x770C}, {0x6A6B, 0x6A2A},
        {0x6DF8, 0x6E05}, {0x7D72, 0x7CF8}};
    auto* map = new absl::flat_hash_map<UChar32, UChar32>;
    for (const auto& pair : kPairs) map->emplace(pair[0], pair[1]);
    return map;
  }();
  const auto found = kNewForm->find(c);
  return found == kNewForm->end() ? c : found->second;
}

// Folds letters that Unicode does not decompose into a base letter and a mark, where ICU's
// Latin-ASCII has none or another for them.
const char* FoldLatinLetter(UChar32 c) {
  switch (c) {
    case 0xC6:
      return "AE";
    case 0xD0:
    case 0x110:
      return "D";
    case 0xD8:
      return "O";
    case 0xDE:
      return "TH";
    case 0x126:
      return "H";
    case 0x141:
      return "L";
    case 0x14A:
      return "NG";
    case 0x152:
      return "OE";
    case 0x166:
      return "T";
    case 0x18E:
    case 0x18F:
    case 0x259:
      return "E";
    case 0x186:
    case 0x19F:
      return "O";
    case 0x194:
    case 0x21C:
    case 0xA7AC:
      return "G";
    case 0x1A6:
      return "R";
    case 0x1A9:
      return "S";
    case 0x1B1:
      return "U";
    case 0x1B7:
      return "Z";
    case 0x1F7:
      return "W";
    case 0x222:
      return "OU";
    case 0x2C6D:
      return "A";
    case 0x1C0:  // clicks and glottal stops, which few can write
    case 0x1C1:
    case 0x1C2:
    case 0x1C3:
    case 0x241:
    case 0x294:
    case 0x295:
      return "";
    default:
      return nullptr;
  }
}

bool IsKatakana(UChar32 c) { return c >= 0x30A1 && c <= 0x30FC; }

bool IsDropped(UChar32 c) {
  if (c >= 0x300 && c <= 0x36F) return true;  // accents, but not kana voicing marks
  // Variation selectors.
  if ((c >= 0xFE00 && c <= 0xFE0F) || (c >= 0xE0100 && c <= 0xE01EF)) return true;
  const int8_t type = u_charType(c);
  return type == U_FORMAT_CHAR || (type == U_CONTROL_CHAR && !u_isWhitespace(c));
}

// `decomposed` is upper-case NFKC text in NFD.
icu::UnicodeString FoldCharacters(const icu::UnicodeString& decomposed) {
  icu::UnicodeString out;
  UChar32 previous = ' ';
  for (int32_t i = 0; i < decomposed.length();) {
    UChar32 c = decomposed.char32At(i);
    i += U16_LENGTH(c);
    if (IsDropped(c)) continue;
    c = FoldKanji(FoldKana(FoldPunctuation(c)));
    if (c == '-' && IsKatakana(previous)) c = 0x30FC;  // a dash used as a long vowel mark
    if (u_isUWhiteSpace(c)) c = ' ';
    if (c == ' ' && previous == ' ') continue;
    if (const char* letters = FoldLatinLetter(c)) {
      out.append(icu::UnicodeString(letters, -1, US_INV));
    } else {
      out.append(c);
    }
    previous = c;
  }
  if (out.length() > 0 && out.charAt(out.length() - 1) == ' ') out.truncate(out.length() - 1);
  return out;
}

bool FoldUnicode(absl::string_view raw, std::string* folded, ValueChanges* changes) {
  for (int32_t i = 0, length = static_cast<int32_t>(raw.size()); i < length;) {
    UChar32 c;
    U8_NEXT(raw.data(), i, length, c);
    if (c < 0) return false;
  }
  UErrorCode status = U_ZERO_ERROR;
  // ICU owns these instances, which are immutable.
  static const icu::Normalizer2* const kNfkc = icu::Normalizer2::getNFKCInstance(status);
  static const icu::Normalizer2* const kNfd = icu::Normalizer2::getNFDInstance(status);
  static const icu::Normalizer2* const kNfc = icu::Normalizer2::getNFCInstance(status);
  const auto source =
      icu::UnicodeString::fromUTF8(icu::StringPiece(raw.data(), static_cast<int32_t>(raw.size())));
  icu::UnicodeString text;
  for (int32_t i = 0; i < source.length();) {
    const UChar32 c = source.char32At(i);
    i += U16_LENGTH(c);
    text.append(FoldPunctuation(c));
  }
  text = kNfkc->normalize(text, status);
  const bool other_script = NeedsLatinLetters(text);
  if (other_script) ToLatinLetters(&text);
  text.toUpper(icu::Locale::getRoot());
  text = kNfd->normalize(text, status);
  text = FoldCharacters(text);
  const bool other_letters = NeedsPlainLetters(text);
  if (other_letters) ToPlainLetters(&text);
  text = kNfc->normalize(text, status);
  if (changes != nullptr && (other_script || other_letters)) {
    changes->Add(ValueChange::kOtherScript);
  }
  folded->clear();
  text.toUTF8String(*folded);
  return U_SUCCESS(status);
}

}  // namespace

bool FoldText(absl::string_view raw, std::string* folded, ValueChanges* changes) {
  folded->clear();
  folded->reserve(raw.size());
  for (const char c : raw) {
    if (static_cast<unsigned char>(c) >= 0x80) return FoldUnicode(raw, folded, changes);
    if (absl::ascii_isspace(c)) {
      if (!folded->empty() && folded->back() != ' ') folded->push_back(' ');
    } else if (c == '`') {
      folded->push_back('\'');
    } else if (!absl::ascii_iscntrl(c)) {
      folded->push_back(absl::ascii_toupper(c));
    }
  }
  if (!folded->empty() && folded->back() == ' ') folded->pop_back();
  return true;
}

bool HasJapanese(absl::string_view folded) {
  const auto length = static_cast<int32_t>(folded.size());
  for (int32_t i = 0; i < length;) {
    UChar32 c;
    U8_NEXT(folded.data(), i, length, c);
    if ((c >= 0x3040 && c <= 0x30FF) || (c >= 0x3400 && c <= 0x9FFF) || c == 0x3005 ||
        (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x20000 && c <= 0x3FFFF)) {
      return true;
    }
  }
  return false;
}

bool IsLatinLetters(absl::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

bool IsDigits(absl::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool IsOneCharacterRepeated(absl::string_view text, size_t least) {
  return !text.empty() && text.size() >= least &&
         text.find_first_not_of(text[0]) == absl::string_view::npos;
}

std::string LookalikesAsDigits(absl::string_view folded) {
  return absl::StrReplaceAll(folded, {{"O", "0"}, {"I", "1"}, {"L", "1"}, {"S", "5"}, {"B", "8"}});
}

std::string LettersAndDigits(absl::string_view folded) {
  std::string out;
  out.reserve(folded.size());
  for (const char c : folded) {
    if (static_cast<unsigned char>(c) >= 0x80 || absl::ascii_isalnum(c)) out.push_back(c);
  }
  return out;
}

namespace {

using Words = absl::flat_hash_set<absl::string_view>;

// Without punctuation, which is dropped before they are looked up: N/A is NA.
bool IsWordForNothing(absl::string_view word) {
  static const Words* const kWords = new Words{
      // Programs
      "NULL", "NULLNULL", "NUL", "DBNULL", "NONE", "NIL", "NAN", "NANNAN", "NAT", "NA", "UNDEFINED",
      "EMPTY", "BLANK", "MISSING", "NODATA", "NOVALUE", "NULLVALUE", "NOENTRY",
      // People
      "UNKNOWN", "UNKNOWNUNKNOWN", "UNK", "UNKN", "UKN", "UNKNOW", "UNKOWN", "UNKNWN", "NOTGIVEN",
      "NOTPROVIDED", "NOTAVAILABLE", "NOTAVAIL", "NOTKNOWN", "NOTKNOW", "NOTSTATED", "NOTREPORTED",
      "NOTRECORDED", "NOTENTERED", "NOTCOLLECTED", "NOTOBTAINED", "NOTAPPLICABLE", "NOTONFILE",
      "NOTSPECIFIED", "NOTSUPPLIED", "NOTFOUND", "NOTASSIGNED", "UNASSIGNED", "UNRECORDED",
      "DONTKNOW", "DONOTKNOW", "CONFIDENTIAL", "REFUSED", "DECLINED", "DECLINEDTOANSWER",
      "WITHHELD", "REDACTED", "SUPPRESSED", "TBD", "TOBEDETERMINED", "ANONYMOUS", "NOINFO",
      "NORESPONSE", "NOANSWER", "NOTASKED", "UNAVAILABLE", "UNSPECIFIED", "NOINFORMATION",
      "DESCONOCIDO", "DESCONOCIDA", "NINGUNO", "NINGUNA", "INCONNU", "INCONNUE", "UNBEKANNT",
      "KEINEANGABE", "不明", "不詳", "未記入", "未入力", "未登録", "該当ナシ", "ナシ", "無シ",
      "フメイ"};
  return kWords->contains(word);
}

// #REF! and the other errors of spreadsheets, in any language: #WERT!, #N/A.
bool IsSpreadsheetError(absl::string_view folded) {
  if (folded.size() < 3 || folded[0] != '#') return false;
  const absl::string_view error = folded.substr(1);
  if (error == "ERROR" || error == "DELETED" || error == "NV" || absl::StartsWith(error, "N/A"))
    return true;
  const char last = error.back();
  return (last == '!' || last == '?') && IsLatinLetters(error.substr(0, 2)) &&
         std::count_if(error.begin(), error.end(), absl::ascii_isdigit) <= 1;
}

// -1, -9, -999.0: codes of surveys and databases.
bool IsNegativeCode(absl::string_view folded) {
  if (folded.size() < 2 || folded[0] != '-') return false;
  folded.remove_prefix(1);
  while (absl::EndsWith(folded, "0") && absl::StrContains(folded, '.')) folded.remove_suffix(1);
  return IsDigits(absl::StripSuffix(folded, ".")) && folded.size() <= 5;
}

}  // namespace

bool IsNothing(absl::string_view folded) {
  // No word begins with a digit, and none is long, even with spaces and brackets.
  constexpr size_t kLongest = 40;
  if (folded.empty()) return true;
  if (absl::ascii_isdigit(folded[0]) || folded.size() > kLongest) return false;
  if (IsLatinLetters(folded)) return IsWordForNothing(folded);
  if (folded == "\\N" || IsSpreadsheetError(folded) || IsNegativeCode(folded)) return true;
  const std::string word = LettersAndDigits(folded);
  return word.empty() || IsWordForNothing(word);
}

bool IsTestWord(absl::string_view word) {
  static const Words* const kWords = new Words{
      "TEST", "TESTING", "DUMMY", "DONOTUSE", "DUPLICATE", "DELETED", "INVALID", "VOID", "テスト"};
  return kWords->contains(word);
}

bool IsNoValueWord(absl::string_view folded) {
  return IsNothing(folded) || IsTestWord(LettersAndDigits(folded));
}

}  // namespace blindlink::agent
