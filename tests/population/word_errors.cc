#include "tests/population/word_errors.h"

#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace blindlink::population {
namespace {

using Change = std::pair<absl::string_view, absl::string_view>;

constexpr Change kOcr[] = {{"m", "rn"}, {"o", "0"}, {"l", "1"}, {"i", "l"}, {"s", "5"},
                           {"e", "c"},  {"u", "v"}, {"n", "h"}, {"g", "q"}, {"t", "f"}};
constexpr Change kPhonetic[] = {
    {"ph", "f"}, {"ll", "l"},   {"tt", "t"},  {"nn", "n"},  {"ss", "s"},  {"rr", "r"},
    {"ey", "y"}, {"ie", "y"},   {"ck", "k"},  {"ea", "ee"}, {"ai", "ay"}, {"ei", "ie"},
    {"th", "t"}, {"sch", "sh"}, {"er", "ar"}, {"en", "an"}, {"c", "k"},   {"k", "c"},
    {"z", "s"},  {"y", "i"},    {"i", "y"},   {"s", "z"},   {"o", "u"},   {"n", "nn"},
    {"l", "ll"}, {"t", "tt"},   {"e", "a"},   {"a", "e"}};

// Replaces one of the places where one of the changes fits, but never the very beginning.
template <size_t N>
std::string WithChange(absl::string_view word, const Change (&changes)[N], Draw& draw) {
  struct Place {
    size_t at;
    const Change* change;
  };
  Place places[48];
  size_t count = 0;
  for (const Change& change : changes) {
    const size_t at = word.find(change.first, 1);
    if (at != absl::string_view::npos && count < std::size(places)) places[count++] = {at, &change};
  }
  if (count == 0) return std::string(word);
  const Place place = places[draw.Below(count)];
  return absl::StrCat(word.substr(0, place.at), place.change->second,
                      word.substr(place.at + place.change->first.size()));
}

// An accented letter in UTF-8, and the letter without its accent.
constexpr Change kAccents[] = {{"á", "a"}, {"é", "e"}, {"í", "i"}, {"ó", "o"}, {"ú", "u"},
                               {"ñ", "n"}, {"ü", "u"}, {"Á", "A"}, {"É", "E"}, {"Í", "I"},
                               {"Ó", "O"}, {"Ú", "U"}, {"Ñ", "N"}};

}  // namespace

std::string WithTypo(absl::string_view word, Draw& draw) {
  if (word.size() < 3) return absl::StrCat(word, absl::string_view(&"aeiou"[draw.Below(5)], 1));
  const size_t at = 1 + draw.Below(word.size() - 2);
  std::string out(word);
  switch (draw.Below(4)) {
    case 0:
      out.erase(at, 1);
      return out;
    case 1:
      out.insert(at, 1, word[at]);
      return out;
    case 2:
      out[at] = "abcdefghiklmnoprstuvwy"[draw.Below(22)];
      if (out[at] == word[at]) out[at] = 'x';
      return out;
    default:
      std::swap(out[at], out[at + 1]);
      if (out == word) out.erase(at, 1);
      return out;
  }
}

std::string WithOcrError(absl::string_view word, Draw& draw) {
  return WithChange(word, kOcr, draw);
}

std::string WithPhoneticError(absl::string_view word, Draw& draw) {
  return WithChange(word, kPhonetic, draw);
}

std::string WithDigitError(absl::string_view digits, Draw& draw) {
  std::string out(digits);
  const size_t at = draw.Below(out.size());
  if (at + 1 < out.size() && out[at] != out[at + 1] && draw.Chance(0.4)) {
    std::swap(out[at], out[at + 1]);
  } else {
    out[at] = static_cast<char>('0' + (out[at] - '0' + 1 + draw.Below(9)) % 10);
  }
  return out;
}

bool HasAccents(absl::string_view word) {
  for (const char c : word) {
    if (!absl::ascii_isascii(c)) return true;
  }
  return false;
}

std::string WithoutAccents(absl::string_view word) {
  std::string out;
  for (size_t i = 0; i < word.size(); ++i) {
    if (absl::ascii_isascii(word[i])) {
      out.push_back(word[i]);
      continue;
    }
    for (const Change& accent : kAccents) {
      if (word.substr(i, 2) == accent.first) absl::StrAppend(&out, accent.second);
    }
    ++i;
  }
  return out;
}

std::string UpperCase(absl::string_view word) {
  std::string out(word);
  for (size_t i = 0; i < out.size(); ++i) {
    const bool second_byte_of_small_latin1 =
        i > 0 && out[i - 1] == '\xc3' && static_cast<unsigned char>(out[i]) >= 0xa0;
    if (second_byte_of_small_latin1) {
      out[i] = static_cast<char>(out[i] - 0x20);
    } else {
      out[i] = absl::ascii_toupper(out[i]);
    }
  }
  return out;
}

}  // namespace blindlink::population
