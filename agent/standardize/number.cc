#include "agent/standardize/number.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "agent/standardize/made_up_number.h"
#include "agent/standardize/text/standardize_result.h"
#include "agent/standardize/text/text.h"
#include "agent/standardize/text/written_text.h"

namespace blindlink::agent {
namespace {

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

constexpr size_t kSsnDigits = 9;
constexpr size_t kSsnGroups[] = {3, 2, 4};

// Which of the nine digits of XXX-XX-1234 are known: the last four.
StandardizeResult LastFourOnly(absl::string_view folded) {
  std::string digits;
  for (const char c : folded) {
    if (absl::ascii_isdigit(c)) digits.push_back(c);
  }
  const bool at_end = digits.size() == 4 && absl::EndsWith(folded, digits);
  if (!at_end || IsOneCharacterRepeated(digits, 4)) return Invalid("masked-number");
  StandardizeResult result = Damaged("masked-number", absl::StrCat("XXXXX", digits));
  result.changes.Add(ValueChange::kMasked);
  return result;
}

bool WasNeverIssued(absl::string_view ssn) {
  return ssn[0] == '9' || ssn.substr(0, 3) == "000" || ssn.substr(0, 3) == "666" ||
         ssn.substr(3, 2) == "00" || ssn.substr(5) == "0000";
}

// A number with letters that is as long as a US number.
StandardizeResult StandardizeSsnWithLetters(absl::string_view folded) {
  if (IsShortenedNumber(folded)) return Invalid("scientific-notation");
  if (IsNoValueWord(folded)) return Missing();
  std::string number = LettersAndDigits(folded);
  const auto digits = std::count_if(number.begin(), number.end(), absl::ascii_isdigit);
  if (number.size() != 9 || digits < 7) return Invalid("not-a-number");
  const std::string repaired = LookalikesAsDigits(number);
  if (IsDigits(repaired)) {
    StandardizeResult result = StandardizeSsn(repaired);
    result.changes.Add(ValueChange::kLookalikeDigits);
    return result;
  }
  return digits == 8 ? Damaged("not-a-number", std::move(number)) : Invalid("not-a-number");
}

}  // namespace

StandardizeResult StandardizeSsn(absl::string_view folded) {
  std::string digits;
  for (const char c : folded) {
    if (absl::ascii_isdigit(c)) {
      digits.push_back(c);
    } else if (c == 'X' || c == '*' || absl::StrContains(folded, "##")) {
      return LastFourOnly(folded);
    } else if (!absl::StrContains("-./ #", c)) {
      return StandardizeSsnWithLetters(folded);
    }
  }
  if (digits.empty()) return Missing();
  if (IsOneCharacterRepeated(digits, 1) || IsSequence(digits))
    return Placeholder("placeholder-ssn");
  if (digits.size() < 6 || digits.size() > 12) return Invalid("wrong-length");
  const bool zeros_lost = digits.size() == kSsnDigits - 1 || digits.size() == kSsnDigits - 2;
  const std::string written = digits;
  if (zeros_lost) digits.insert(0, kSsnDigits - digits.size(), '0');
  if (IsPublicSsn(digits)) return Placeholder("placeholder-ssn");
  // A number of another country may have eight digits, and need not be one that could be issued.
  if (!zeros_lost && digits.size() == kSsnDigits && WasNeverIssued(digits)) {
    return Invalid("ssn-never-issued");
  }
  if (IsMadeUp(written, {}) || IsMadeUp(digits, kSsnGroups)) return Placeholder("placeholder-ssn");
  StandardizeResult result = Usable(std::move(digits));
  if (zeros_lost) result.changes.Add(ValueChange::kZerosRestored);
  return result;
}

namespace {

// A number of digits loses its leading zeros, as in spreadsheets.
StandardizeResult UsableWithoutZeros(const std::string& number) {
  const size_t zeros = IsDigits(number) ? number.find_first_not_of('0') : 0;
  StandardizeResult result = Usable(number.substr(zeros));
  if (zeros > 0) result.changes.Add(ValueChange::kZerosDropped);
  return result;
}

bool IsNoInsurance(absl::string_view number) {
  static const auto* const kWords = new absl::flat_hash_set<absl::string_view>{
      "SELFPAY", "UNINSURED", "PENDING", "CASH",     "NOINSURANCE", "NOTINSURED",
      "APPLIED", "MEDICARE",  "SELF",    "TOFOLLOW", "MEDICAID",    "PRIVATEPAY"};
  return kWords->contains(number);
}

}  // namespace

StandardizeResult StandardizeInsuranceNumber(absl::string_view folded) {
  if (IsShortenedNumber(folded)) return Invalid("scientific-notation");
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
    // Shorter numbers are counted up by offices, and have a pattern too often.
    const bool long_enough = number.size() >= 9;
    if ((number.size() > 6 && IsSequence(number)) || (long_enough && IsMadeUpBesideZeros(number))) {
      return Placeholder("placeholder-number");
    }
  }
  return UsableWithoutZeros(number);
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
  if (IsShortenedNumber(folded)) return Invalid("scientific-notation");
  if (IsMasked(folded)) return Invalid("masked-number");
  std::string number = LettersAndDigits(folded);
  if (number.empty() || IsNoValueWord(number)) return Missing();
  if (IsSpecimen(number)) return Placeholder("placeholder-number");
  std::string digits;
  for (const char c : number) {
    if (absl::ascii_isdigit(c)) digits.push_back(c);
  }
  if (digits.size() < kind.fewest_digits) return Invalid("not-a-number");
  if (IsOneCharacterRepeated(digits, 3) || (digits.size() > 5 && IsSequence(digits)) ||
      IsMadeUpBesideZeros(digits)) {
    return Placeholder("placeholder-number");
  }
  // A number of digits is as long as it is without the zeros that it may have lost, or one longer.
  const bool of_digits = digits == number;
  const size_t zeros = of_digits ? number.find_first_not_of('0') : 0;
  if (number.size() - zeros + (of_digits ? 1 : 0) < kind.shortest || number.size() > kind.longest) {
    return Invalid("wrong-length");
  }
  return UsableWithoutZeros(number);
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
