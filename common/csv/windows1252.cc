#include "common/csv/windows1252.h"

#include <cstdint>

#include "absl/strings/ascii.h"

namespace blindlink {
namespace {

// The code points of 0x80 to 0x9f; those of 0xa0 to 0xff are the bytes themselves.
constexpr uint16_t kHighControls[] = {
    0x20ac, 0xfffd, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
    0x2039, 0x0152, 0xfffd, 0x017d, 0xfffd, 0xfffd, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
    0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0xfffd, 0x017e, 0x0178};

constexpr uint8_t kMultiply = 0xd7;
constexpr uint8_t kDivide = 0xf7;

uint16_t CodePointOf(uint8_t byte) {
  return byte >= 0x80 && byte < 0xa0 ? kHighControls[byte - 0x80] : byte;
}

// Not the last byte, a rare letter that stands in many files that are no text.
bool IsAccented(uint8_t byte) {
  return byte >= 0xc0 && byte != kMultiply && byte != kDivide && byte != 0xff;
}
bool IsUpper(uint8_t byte) {
  return absl::ascii_isupper(byte) || (IsAccented(byte) && byte < 0xdf);
}
bool IsLower(uint8_t byte) {
  return absl::ascii_islower(byte) || (IsAccented(byte) && byte > 0xdf);
}
bool IsLetter(uint8_t byte) { return absl::ascii_isalpha(byte) || IsAccented(byte); }

// Whether an accented letter is in the case of the letters beside it.
bool IsInPlace(uint8_t before, uint8_t letter, uint8_t after) {
  if (IsLower(letter)) return !(absl::ascii_isupper(before) && absl::ascii_isupper(after));
  return !(absl::ascii_islower(before) && absl::ascii_islower(after));
}

// Whether a sign that is no letter stands where one does: an apostrophe before a capital letter or
// a plain one at the end of a word, other quotes and dashes beside words.
bool IsSignInPlace(uint8_t before, uint8_t sign, uint8_t after) {
  constexpr uint8_t kApostrophe = 0x92;
  const bool within_word = IsLetter(before) && IsLetter(after);
  if (sign == kApostrophe && IsUpper(after)) return true;
  return sign >= 0x91 && sign != 0x98 && sign <= 0x97 && !within_word;
}

}  // namespace

bool LooksLikeWindows1252(absl::string_view text) {
  size_t plain = 0;
  size_t accented = 0;
  const auto at = [text](size_t i) {
    return i < text.size() ? static_cast<uint8_t>(text[i]) : uint8_t{' '};
  };
  for (size_t i = 0; i < text.size(); ++i) {
    const uint8_t byte = at(i);
    const uint8_t before = i == 0 ? uint8_t{' '} : at(i - 1);
    if (absl::ascii_isalpha(byte)) ++plain;
    if (byte < 0x80) continue;
    if (!IsAccented(byte)) {
      if (!IsSignInPlace(before, byte, at(i + 1))) return false;
      continue;
    }
    ++accented;
    if (!IsInPlace(before, byte, at(i + 1))) return false;
  }
  return accented <= plain;
}

std::string Windows1252ToUtf8(absl::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  for (const char c : text) {
    const uint16_t point = CodePointOf(static_cast<uint8_t>(c));
    if (point < 0x80) {
      out.push_back(c);
    } else if (point < 0x800) {
      out.push_back(static_cast<char>(0xc0 | point >> 6));
      out.push_back(static_cast<char>(0x80 | (point & 0x3f)));
    } else {
      out.push_back(static_cast<char>(0xe0 | point >> 12));
      out.push_back(static_cast<char>(0x80 | (point >> 6 & 0x3f)));
      out.push_back(static_cast<char>(0x80 | (point & 0x3f)));
    }
  }
  return out;
}

bool IsAscii(absl::string_view text) {
  uint8_t all = 0;
  for (const char c : text) all = static_cast<uint8_t>(all | static_cast<uint8_t>(c));
  return all < 0x80;
}

}  // namespace blindlink
