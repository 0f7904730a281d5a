#include "agent/standardize/text/web_text.h"

#include <unicode/utf8.h>

#include <cstdint>
#include <optional>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace blindlink::agent {
namespace {

struct Reference {
  absl::string_view
      name;  // in lower case; the letter it names may be either, which folding removes
  UChar32 character;
};
// Those of HTML 5 that can stand in a name, an address or a number.
constexpr Reference kReferences[] = {
    {"aacute", 0xE1},   {"abreve", 0x103},  {"acirc", 0xE2},    {"acute", 0xB4},
    {"aelig", 0xE6},    {"agrave", 0xE0},   {"amacr", 0x101},   {"amp", 0x26},
    {"aogon", 0x105},   {"apos", 0x27},     {"aring", 0xE5},    {"atilde", 0xE3},
    {"auml", 0xE4},     {"bdquo", 0x201E},  {"cacute", 0x107},  {"ccaron", 0x10D},
    {"ccedil", 0xE7},   {"ccirc", 0x109},   {"cdot", 0x10B},    {"colon", 0x3A},
    {"comma", 0x2C},    {"commat", 0x40},   {"dcaron", 0x10F},  {"dstrok", 0x111},
    {"eacute", 0xE9},   {"ecaron", 0x11B},  {"ecirc", 0xEA},    {"edot", 0x117},
    {"egrave", 0xE8},   {"emacr", 0x113},   {"emsp", 0x2003},   {"eng", 0x14B},
    {"ensp", 0x2002},   {"eogon", 0x119},   {"eth", 0xF0},      {"euml", 0xEB},
    {"fnof", 0x192},    {"gacute", 0x1F5},  {"gbreve", 0x11F},  {"gcedil", 0x122},
    {"gcirc", 0x11D},   {"gdot", 0x121},    {"grave", 0x60},    {"gt", 0x3E},
    {"hairsp", 0x200A}, {"hcirc", 0x125},   {"hstrok", 0x127},  {"iacute", 0xED},
    {"icirc", 0xEE},    {"idot", 0x130},    {"igrave", 0xEC},   {"imacr", 0x12B},
    {"imath", 0x131},   {"inodot", 0x131},  {"iogon", 0x12F},   {"itilde", 0x129},
    {"iuml", 0xEF},     {"jcirc", 0x135},   {"jmath", 0x237},   {"kcedil", 0x137},
    {"lacute", 0x13A},  {"lcaron", 0x13E},  {"lcedil", 0x13C},  {"ldquo", 0x201C},
    {"ldquor", 0x201E}, {"lmidot", 0x140},  {"lpar", 0x28},     {"lsquo", 0x2018},
    {"lsquor", 0x201A}, {"lstrok", 0x142},  {"lt", 0x3C},       {"mdash", 0x2014},
    {"middot", 0xB7},   {"nacute", 0x144},  {"napos", 0x149},   {"nbsp", 0xA0},
    {"ncaron", 0x148},  {"ncedil", 0x146},  {"ndash", 0x2013},  {"ntilde", 0xF1},
    {"num", 0x23},      {"oacute", 0xF3},   {"ocirc", 0xF4},    {"odblac", 0x151},
    {"oelig", 0x153},   {"ograve", 0xF2},   {"omacr", 0x14D},   {"oslash", 0xF8},
    {"otilde", 0xF5},   {"ouml", 0xF6},     {"period", 0x2E},   {"plus", 0x2B},
    {"puncsp", 0x2008}, {"quot", 0x22},     {"racute", 0x155},  {"rcaron", 0x159},
    {"rcedil", 0x157},  {"rdquo", 0x201D},  {"rdquor", 0x201D}, {"rpar", 0x29},
    {"rsquo", 0x2019},  {"rsquor", 0x2019}, {"sacute", 0x15B},  {"sbquo", 0x201A},
    {"scaron", 0x161},  {"scedil", 0x15F},  {"scirc", 0x15D},   {"sol", 0x2F},
    {"szlig", 0xDF},    {"tcaron", 0x165},  {"tcedil", 0x163},  {"thinsp", 0x2009},
    {"thorn", 0xFE},    {"tstrok", 0x167},  {"uacute", 0xFA},   {"ubreve", 0x16D},
    {"ucirc", 0xFB},    {"udblac", 0x171},  {"ugrave", 0xF9},   {"umacr", 0x16B},
    {"uogon", 0x173},   {"uring", 0x16F},   {"utilde", 0x169},  {"uuml", 0xFC},
    {"wcirc", 0x175},   {"yacute", 0xFD},   {"ycirc", 0x177},   {"yuml", 0xFF},
    {"zacute", 0x17A},  {"zcaron", 0x17E},  {"zdot", 0x17C}};
constexpr size_t kLongestName = 8;

// Web pages of Windows-1252 refer to its bytes: &#146; is an apostrophe. HTML 5 defines it so.
UChar32 WithoutWindows1252(UChar32 c) {
  constexpr UChar32 kMeanings[32] = {0x20AC, 0x81,   0x201A, 0x192,  0x201E, 0x2026, 0x2020, 0x2021,
                                     0x2C6,  0x2030, 0x160,  0x2039, 0x152,  0x8D,   0x17D,  0x8F,
                                     0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                     0x2DC,  0x2122, 0x161,  0x203A, 0x153,  0x9D,   0x17E,  0x178};
  return c >= 0x80 && c < 0xA0 ? kMeanings[c - 0x80] : c;
}

std::optional<UChar32> NamedCharacter(absl::string_view name) {
  static const auto* const kByName = [] {
    auto* map = new absl::flat_hash_map<absl::string_view, UChar32>;
    for (const Reference& reference : kReferences)
      map->emplace(reference.name, reference.character);
    return map;
  }();
  if (name.size() > kLongestName) return std::nullopt;
  const auto found = kByName->find(absl::AsciiStrToLower(name));
  if (found == kByName->end()) return std::nullopt;
  return found->second;
}

// #241 or #xF1.
std::optional<UChar32> NumberedCharacter(absl::string_view reference) {
  reference.remove_prefix(1);
  uint32_t number = 0;
  const bool hexadecimal = absl::StartsWithIgnoreCase(reference, "x");
  if (reference.size() > 8 || reference.empty()) return std::nullopt;
  const bool ok = hexadecimal ? absl::SimpleHexAtoi(reference.substr(1), &number)
                              : absl::SimpleAtoi(reference, &number);
  const auto c = WithoutWindows1252(static_cast<UChar32>(number));
  if (!ok || number > 0x10FFFF || !U_IS_UNICODE_CHAR(c)) return std::nullopt;
  return c;
}

void AppendCharacter(UChar32 c, std::string* out) {
  char bytes[U8_MAX_LENGTH];
  int32_t size = 0;
  U8_APPEND_UNSAFE(bytes, size, c);
  out->append(bytes, static_cast<size_t>(size));
}

// Each reads the escape at the beginning of `text`, appends its meaning to `out`, and returns its
// size; 0 if there is none.

size_t TakeReference(absl::string_view text, std::string* out) {
  if (text[0] != '&') return 0;
  const size_t end = text.substr(0, kLongestName + 4).find(';');
  if (end == absl::string_view::npos || end < 2) return 0;
  const absl::string_view name = text.substr(1, end - 1);
  const std::optional<UChar32> c = name[0] == '#' ? NumberedCharacter(name) : NamedCharacter(name);
  if (!c) return 0;
  AppendCharacter(*c, out);
  return end + 1;
}

// One character of printable ASCII or of UTF-8, of which each byte is written %XX.
size_t TakeEscapedBytes(absl::string_view text, std::string* out) {
  std::string bytes;
  size_t size = 0;
  for (; bytes.size() < U8_MAX_LENGTH && absl::StartsWith(text.substr(size), "%"); size += 3) {
    uint32_t byte = 0;
    const absl::string_view hex = text.substr(size + 1, 2);
    if (hex.size() < 2 || !absl::ascii_isxdigit(hex[0]) || !absl::SimpleHexAtoi(hex, &byte)) break;
    bytes.push_back(static_cast<char>(byte));
    int32_t end = 0;
    UChar32 c;
    U8_NEXT(bytes.data(), end, static_cast<int32_t>(bytes.size()), c);
    if (c < 0x20) continue;
    out->append(bytes);
    return size + 3;
  }
  return 0;
}

size_t TakeTag(absl::string_view text, std::string* out) {
  if (text[0] != '<') return 0;
  const size_t end = text.substr(0, 12).find('>');
  if (end == absl::string_view::npos) return 0;
  std::string name;
  for (const char c : text.substr(1, end - 1)) {
    if (c != '/' && c != ' ') name.push_back(absl::ascii_tolower(c));
  }
  for (const absl::string_view known :
       {"br", "p", "div", "span", "b", "i", "em", "strong", "sup"}) {
    if (name != known) continue;
    out->push_back(' ');
    return end + 1;
  }
  return 0;
}

std::string UndoOnce(absl::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size();) {
    const absl::string_view rest = text.substr(i);
    size_t size = TakeReference(rest, &out);
    if (size == 0) size = TakeEscapedBytes(rest, &out);
    if (size == 0) size = TakeTag(rest, &out);
    if (size == 0) out.push_back(text[i]);
    i += size == 0 ? 1 : size;
  }
  return out;
}

}  // namespace

bool MayBeWebText(absl::string_view text) {
  return text.find_first_of("&%<") != absl::string_view::npos;
}

std::string UndoWebText(absl::string_view text) {
  // A page may have escaped what another had escaped before: &amp;ntilde;.
  constexpr int kMostTimes = 4;
  std::string undone = UndoOnce(text);
  for (int i = 1; i < kMostTimes && MayBeWebText(undone); ++i) undone = UndoOnce(undone);
  return undone;
}

}  // namespace blindlink::agent
