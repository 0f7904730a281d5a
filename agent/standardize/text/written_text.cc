#include "agent/standardize/text/written_text.h"

#include <algorithm>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "agent/standardize/text/text.h"
#include "agent/standardize/text/web_text.h"

namespace blindlink::agent {
namespace {

bool IsQuoted(absl::string_view text, char quote) {
  return text.size() > 1 && text.front() == quote && text.back() == quote &&
         text.substr(1, text.size() - 2).find(quote) == absl::string_view::npos;
}

// ="02139", ="" "02139" "" of a text quoted twice, '02139, "02139", 'Robert'. An apostrophe before
// a letter may belong to a name: 't Hoff.
absl::string_view WithoutMarkers(absl::string_view text) {
  const absl::string_view formula = absl::StripPrefix(text, "=");
  if (formula.size() != text.size() && formula.size() > 1 && formula.front() == '"') text = formula;
  while (IsQuoted(text, '"') ||
         (text.size() > 3 && absl::StartsWith(text, "\"\"") && absl::EndsWith(text, "\"\""))) {
    text = absl::StripAsciiWhitespace(text.substr(1, text.size() - 2));
  }
  if (IsQuoted(text, '\'')) return absl::StripAsciiWhitespace(text.substr(1, text.size() - 2));
  if (text.size() > 1 && text[0] == '\'' && !absl::ascii_isalpha(text[1]) &&
      absl::ascii_isascii(text[1])) {
    text.remove_prefix(1);
  }
  return text;
}

// A number as programs write it: 46203.0, 4.6203E+04.
struct WrittenNumber {
  absl::string_view whole, fraction;  // digits
  absl::string_view exponent;         // E+04; empty if there is none
  char point = '\0';
};

absl::string_view TakeDigits(absl::string_view* text) {
  const size_t end = std::min(text->find_first_not_of("0123456789"), text->size());
  const absl::string_view digits = text->substr(0, end);
  text->remove_prefix(end);
  return digits;
}

std::optional<WrittenNumber> ReadNumber(absl::string_view text) {
  WrittenNumber number;
  number.whole = TakeDigits(&text);
  if (number.whole.empty()) return std::nullopt;
  if (!text.empty() && (text[0] == '.' || text[0] == ',')) {
    number.point = text[0];
    text.remove_prefix(1);
    number.fraction = TakeDigits(&text);
  }
  if (text.empty()) return number;
  number.exponent = text;
  if (text[0] != 'e' && text[0] != 'E') return std::nullopt;
  text.remove_prefix(1);
  if (!text.empty() && (text[0] == '+' || text[0] == '-')) text.remove_prefix(1);
  return IsDigits(text) && text.size() <= 3 ? std::optional(number) : std::nullopt;
}

bool IsZeros(absl::string_view digits) {
  return digits.find_first_not_of('0') == absl::string_view::npos;
}

// Whether a program that writes all digits leaves zeros out of the mantissa: Java's 6.8E7 and R's
// 1e+05. A spreadsheet's 6.87E+07 and a format of six digits have lost what followed.
bool LeavesOutZerosOnly(const WrittenNumber& number) {
  if (absl::StrContains(number.exponent, '+')) {
    return number.exponent[0] == 'e' && number.fraction.empty();
  }
  return number.point != '\0';
}

// The digits of a whole number; nothing if digits are lost or it is not written like that.
std::optional<std::string> DigitsOf(const WrittenNumber& number) {
  if (number.exponent.empty()) {
    if (number.point == '\0' || !IsZeros(number.fraction)) return std::nullopt;
    // 46,000 is 46 thousand.
    if (number.point == ',' && (number.fraction.empty() || number.fraction.size() > 2)) {
      return std::nullopt;
    }
    return std::string(number.whole);
  }
  // Without a point or a sign, E may be a letter of the number: 12E45.
  const bool sign = number.exponent[1] == '+';
  size_t shift = 0;
  if ((number.point == '\0' && !sign) || number.whole.size() > 1 ||
      !absl::SimpleAtoi(number.exponent.substr(1), &shift) || shift > 20) {
    return std::nullopt;
  }
  if (number.fraction.size() > shift) {
    if (!IsZeros(number.fraction.substr(shift))) return std::nullopt;
    return absl::StrCat(number.whole, number.fraction.substr(0, shift));
  }
  const size_t zeros = shift - number.fraction.size();
  if (zeros > 0 && !LeavesOutZerosOnly(number)) return std::nullopt;
  return absl::StrCat(number.whole, number.fraction, std::string(zeros, '0'));
}

// Whether the text may be a number that a program wrote: a digit, then only digits and the signs of
// such a number.
bool MayBeWrittenNumber(absl::string_view text) {
  return text.size() > 1 && absl::ascii_isdigit(text[0]) &&
         text.find_first_of(".,eE") != absl::string_view::npos;
}

}  // namespace

RepairedText RepairText(absl::string_view raw, bool digits, std::string* buffer) {
  RepairedText repaired{absl::StripAsciiWhitespace(raw), {}};
  if (MayBeWebText(repaired.text)) {
    std::string undone = UndoWebText(repaired.text);
    if (undone != repaired.text) {
      *buffer = std::move(undone);
      repaired.text = absl::StripAsciiWhitespace(*buffer);
      repaired.changes.Add(ValueChange::kWebText);
    }
  }
  const absl::string_view bare = WithoutMarkers(repaired.text);
  if (bare.size() != repaired.text.size()) repaired.changes.Add(ValueChange::kTextMarker);
  repaired.text = bare;
  if (!digits || !MayBeWrittenNumber(bare)) return repaired;
  const std::optional<WrittenNumber> number = ReadNumber(bare);
  std::optional<std::string> plain = number ? DigitsOf(*number) : std::nullopt;
  if (!plain) return repaired;
  *buffer = *std::move(plain);
  repaired.text = *buffer;
  repaired.changes.Add(ValueChange::kNumberFormat);
  return repaired;
}

bool IsShortenedNumber(absl::string_view text) {
  const std::optional<WrittenNumber> number = ReadNumber(text);
  return number && !number->exponent.empty() && absl::StrContains(number->exponent, '+') &&
         !DigitsOf(*number);
}

}  // namespace blindlink::agent
