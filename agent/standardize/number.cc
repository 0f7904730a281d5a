#include "agent/standardize/number.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "agent/standardize/text/standardize_result.h"
#include "agent/standardize/text/text.h"

namespace blindlink::agent {
namespace {

// Whether the digits count up or down: 12345678, 98765432. 0 follows 9.
bool IsSequence(absl::string_view digits) {
  for (const int step : {1, 9}) {
    bool sequence = digits.size() > 3;
    for (size_t i = 1; i < digits.size() && sequence; ++i) {
      sequence = (digits[i - 1] - '0' + step) % 10 == digits[i] - '0';
    }
    if (sequence) return true;
  }
  return false;
}

// Numbers printed on wallet inserts and in advertisements, which thousands have used since, and
// numbers that clerks make up.
bool IsPublicSsn(absl::string_view digits) {
  static const auto* const kPublic = new absl::flat_hash_set<absl::string_view>{
      "078051120", "219099999", "457555462", "042103580", "062360749", "095073645", "128036045",
      "135016629", "141186941", "165167999", "165187999", "165207999", "165227999", "165247999",
      "189092294", "212097694", "212099999", "306302348", "308125070", "468288779", "549241889",
      "721074426", "111223333", "123123123", "112233445", "123456788", "111111112"};
  return kPublic->contains(digits);
}

// Undoes what a spreadsheet does to an identifier that it takes for a number: 123456789.0.
absl::string_view WithoutFraction(absl::string_view folded) {
  absl::ConsumeSuffix(&folded, ".0");
  return folded;
}

// 1.23E+10: a spreadsheet took the identifier for a number, and most digits are lost.
bool IsScientific(absl::string_view folded) {
  const size_t e = folded.find("E+");
  return e != absl::string_view::npos && e > 0 && IsDigits(folded.substr(e + 2)) &&
         folded.substr(0, e).find_first_not_of("0123456789.") == absl::string_view::npos;
}

// A number with letters that is as long as a US number.
StandardizeResult StandardizeSsnWithLetters(absl::string_view folded) {
  if (IsScientific(folded)) return Invalid("scientific-notation");
  if (IsNoValueWord(folded)) return Missing();
  std::string number = LettersAndDigits(folded);
  const auto digits = std::count_if(number.begin(), number.end(), absl::ascii_isdigit);
  if (number.size() != 9 || digits < 7) return Invalid("not-a-number");
  const std::string repaired = LookalikesAsDigits(number);
  if (IsDigits(repaired)) return StandardizeSsn(repaired);
  return digits == 8 ? Damaged("not-a-number", std::move(number)) : Invalid("not-a-number");
}

}  // namespace

StandardizeResult StandardizeSsn(absl::string_view folded) {
  folded = WithoutFraction(folded);
  std::string digits;
  for (const char c : folded) {
    if (absl::ascii_isdigit(c)) {
      digits.push_back(c);
    } else if (c == 'X' || c == '*') {
      return Invalid("masked-number");
    } else if (c != '-' && c != ' ' && c != '.' && c != '/') {
      return StandardizeSsnWithLetters(folded);
    }
  }
  if (digits.empty()) return Missing();
  if (IsOneCharacterRepeated(digits, 1) || IsSequence(digits) ||
      (digits.size() == 9 && IsPublicSsn(digits))) {
    return Placeholder("placeholder-ssn");
  }
  if (digits.size() < 6 || digits.size() > 12) return Invalid("wrong-length");
  if (digits.size() == 9) {
    const absl::string_view ssn = digits;
    if (ssn[0] == '9' || ssn.substr(0, 3) == "000" || ssn.substr(0, 3) == "666" ||
        ssn.substr(3, 2) == "00" || ssn.substr(5) == "0000") {
      return Invalid("ssn-never-issued");
    }
  }
  return Usable(std::move(digits));
}

namespace {

bool IsNoInsurance(absl::string_view number) {
  static const auto* const kWords = new absl::flat_hash_set<absl::string_view>{
      "SELFPAY", "UNINSURED", "PENDING", "CASH",     "NOINSURANCE", "NOTINSURED",
      "APPLIED", "MEDICARE",  "SELF",    "TOFOLLOW", "MEDICAID",    "PRIVATEPAY"};
  return kWords->contains(number);
}

}  // namespace

StandardizeResult StandardizeInsuranceNumber(absl::string_view folded) {
  if (IsScientific(folded)) return Invalid("scientific-notation");
  // Japanese cards label the two parts: 記号 (symbol) and 番号 (number).
  std::string number = absl::StrReplaceAll(LettersAndDigits(folded), {{"記号", ""}, {"番号", ""}});
  if (number.empty()) return Missing();
  if (IsNoValueWord(number) || IsNoInsurance(number)) {
    return Placeholder("placeholder-number");
  }
  if ((number.size() > 2 && IsOneCharacterRepeated(number, 3)) ||
      number.find_first_not_of('0') == std::string::npos) {
    return Placeholder("placeholder-number");
  }
  if (IsDigits(number)) {
    if (number.size() > 6 && IsSequence(number)) return Placeholder("placeholder-number");
    number.erase(0, number.find_first_not_of('0'));
  }
  return Usable(std::move(number));
}

namespace {

struct DocumentNumber {
  size_t shortest, longest;  // characters as written, without signs
  size_t fewest_digits;
};

// Printed in specimens and forms of authorities.
bool IsSpecimen(absl::string_view number) {
  static const auto* const kSpecimens = new absl::flat_hash_set<absl::string_view>{
      "QQ123456C", "AB123456C", "12345678Z", "00000000T", "X1234567L", "A123456789",
      "C01X00T47", "L898902C3", "L898902C",  "E00000000", "SPECIMEN",  "RSSMRA80A01H501U"};
  return kSpecimens->contains(number);
}

bool IsMasked(absl::string_view folded) {
  return absl::StrContains(folded, '*') || absl::StrContains(folded, "XXX");
}

StandardizeResult StandardizeDocument(absl::string_view folded, const DocumentNumber& kind) {
  if (IsScientific(folded)) return Invalid("scientific-notation");
  if (IsMasked(folded)) return Invalid("masked-number");
  std::string number = LettersAndDigits(WithoutFraction(folded));
  if (number.empty() || IsNoValueWord(number)) return Missing();
  if (IsSpecimen(number)) return Placeholder("placeholder-number");
  std::string digits;
  for (const char c : number) {
    if (absl::ascii_isdigit(c)) digits.push_back(c);
  }
  if (digits.size() < kind.fewest_digits) return Invalid("not-a-number");
  if (IsOneCharacterRepeated(digits, 3) || (digits.size() > 5 && IsSequence(digits))) {
    return Placeholder("placeholder-number");
  }
  if (number.size() < kind.shortest || number.size() > kind.longest) {
    return Invalid("wrong-length");
  }
  if (digits == number) number.erase(0, number.find_first_not_of('0'));
  return Usable(std::move(number));
}

}  // namespace

StandardizeResult StandardizePassport(absl::string_view folded) {
  return StandardizeDocument(folded, {.shortest = 5, .longest = 12, .fewest_digits = 3});
}

StandardizeResult StandardizeNationalNumber(absl::string_view folded) {
  return StandardizeDocument(folded, {.shortest = 6, .longest = 20, .fewest_digits = 4});
}

StandardizeResult StandardizeEmail(absl::string_view folded) {
  static const auto* const kNobody = new absl::flat_hash_set<absl::string_view>{
      "none",    "no",       "noemail",  "na",     "n/a",      "unknown",  "test",
      "noreply", "nobody",   "null",     "nomail", "no.email", "no-email", "donotreply",
      "refused", "declined", "notgiven", "fake",   "email",    "asdf",     "patient"};
  static const auto* const kNowhere = new absl::flat_hash_set<absl::string_view>{
      "none.com",    "noemail.com", "no.com",   "na.com",       "test.com",   "example.com",
      "example.org", "example.net", "none.org", "unknown.com",  "nomail.com", "email.none",
      "noemail.org", "none.net",    "fake.com", "declined.com", "refused.com"};
  if (IsNoValueWord(folded)) return Missing();
  std::string email = absl::AsciiStrToLower(folded);
  // John Smith <john@x.org>
  if (const size_t open = email.find('<'); open != email.npos && email.back() == '>') {
    email = email.substr(open + 1, email.size() - open - 2);
  }
  if (email.rfind("mailto:", 0) == 0) email.erase(0, 7);
  if (absl::EndsWith(email, "@googlemail.com")) email.replace(email.size() - 14, 14, "gmail.com");
  const absl::string_view text = email;
  const size_t at = text.find('@');
  if (at == absl::string_view::npos || at == 0 || text.find('@', at + 1) != text.npos ||
      text.find_first_of(" ,;:<>()[]\\\"") != text.npos) {
    return Invalid("not-an-email");
  }
  const absl::string_view local = text.substr(0, at);
  const absl::string_view domain = text.substr(at + 1);
  const size_t dot = domain.rfind('.');
  if (dot == domain.npos || dot == 0 || domain.size() - dot < 3 || domain[0] == '-' ||
      domain.find("..") != domain.npos || local.back() == '.' || local.front() == '.') {
    return Invalid("not-an-email");
  }
  if (kNobody->contains(local) || kNowhere->contains(domain)) {
    return Placeholder("placeholder-email");
  }
  return Usable(std::move(email));
}

}  // namespace blindlink::agent
