#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include <phonenumbers/logger.h>
#include <phonenumbers/phonenumberutil.h>

#include "absl/strings/ascii.h"
#include "absl/strings/strip.h"
#include "agent/standardize/number.h"
#include "agent/standardize/text/standardize_result.h"
#include "agent/standardize/text/text.h"

namespace blindlink::agent {
namespace {

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

// Whether ten digits fit the North American plan: NXX-NXX-XXXX, where N is 2 to 9 and NXX is not
// N11 (such as 911).
bool IsNorthAmerican(absl::string_view digits) {
  return digits.size() == 10 && digits[0] >= '2' && digits[3] >= '2' &&
         digits.substr(4, 2) != "11" && digits.substr(1, 2) != "11";
}

// Repeated or ascending digits; in North America also directory assistance (555-1212), numbers
// reserved for fiction (555-01xx) and the area code 555.
bool IsPlaceholderPhone(absl::string_view digits, bool north_american) {
  if (IsOneCharacterRepeated(digits, 7) || digits == "1234567890" || digits == "0123456789" ||
      digits == "1234567") {
    return true;
  }
  if (!north_american || digits.size() != 10) return false;
  const absl::string_view local = digits.substr(3);
  return digits.substr(0, 3) == "555" || local == "5551212" || local.substr(0, 5) == "55501" ||
         IsOneCharacterRepeated(local, 7);
}

// Returns the library with its logger replaced, which would print numbers it cannot parse.
const PhoneNumberUtil& SilentUtil() {
  static PhoneNumberUtil* const kUtil = [] {
    PhoneNumberUtil* made = PhoneNumberUtil::GetInstance();
    made->SetLogger(new i18n::phonenumbers::NullLogger);  // takes ownership
    return made;
  }();
  return *kUtil;
}

bool IsNorthAmericanCountry(const std::string& country) {
  return country == "US" || SilentUtil().GetCountryCodeForRegion(country) == 1;
}

std::string ToE164(PhoneNumber number) {
  number.clear_extension();
  std::string text;
  SilentUtil().Format(number, PhoneNumberUtil::E164, &text);
  return text;
}

bool HasLetters(absl::string_view text) {
  return std::any_of(text.begin(), text.end(), absl::ascii_isalpha);
}

StandardizeResult Parse(absl::string_view folded, const std::string& digits,
                        const std::string& country) {
  const PhoneNumberUtil& util = SilentUtil();
  PhoneNumber number;
  const bool parsed =
      util.Parse(std::string(folded), country, &number) == PhoneNumberUtil::NO_PARSING_ERROR;
  const std::string national = std::to_string(number.national_number());
  const bool north_american = number.country_code() == 1;
  const bool possible = parsed &&
                        util.IsPossibleNumberWithReason(number) == PhoneNumberUtil::IS_POSSIBLE &&
                        (!north_american || IsNorthAmerican(national));
  if (parsed && IsPlaceholderPhone(national, north_american)) {
    return Placeholder("placeholder-phone");
  }
  if (possible) return Usable(ToE164(std::move(number)));
  if (digits.size() >= 9 && digits.size() <= 11 && digits[0] == '0') return Usable(digits);
  if (digits.size() == 9 && !HasLetters(folded)) return Usable("0" + digits);
  const char* reason = digits.size() == 7 ? "phone-without-area" : "not-a-phone-number";
  if (!parsed || digits.size() < 7 || HasLetters(folded)) return Invalid(reason);
  return Damaged(reason, ToE164(std::move(number)));
}

// Reads at most two letters as the digits that they look like. Nothing if that makes no number.
std::optional<StandardizeResult> ParseLookalikes(absl::string_view folded,
                                                 const std::string& country) {
  if (std::count_if(folded.begin(), folded.end(), absl::ascii_isalpha) > 2) return std::nullopt;
  const std::string repaired = LookalikesAsDigits(folded);
  if (HasLetters(repaired)) return std::nullopt;
  StandardizeResult result = StandardizePhone(repaired, country);
  if (result.state == ValueState::kInvalid) return std::nullopt;
  return result;
}

// Standardizes two numbers in one cell; the sign that separates them is at `between`.
StandardizeResult StandardizeBoth(absl::string_view folded, size_t between,
                                  const std::string& country) {
  StandardizeResult first = StandardizePhone(folded.substr(0, between), country);
  StandardizeResult second =
      StandardizePhone(absl::StripAsciiWhitespace(folded.substr(between + 1)), country);
  if (first.state != ValueState::kUsable) return second;
  for (StandardValue& value : second.values) {
    if (!value.damaged) first.values.push_back(std::move(value));
  }
  return first;
}

}  // namespace

bool IsPhoneCountry(const std::string& country) {
  return SilentUtil().GetCountryCodeForRegion(country) != 0;
}

StandardizeResult StandardizePhone(absl::string_view folded, const std::string& country) {
  if (IsNoValueWord(folded)) return Missing();
  absl::ConsumeSuffix(&folded, ".0");  // added by a spreadsheet
  std::string digits;
  bool plain = true;  // only digits and the usual punctuation
  for (const char c : folded) {
    if (absl::ascii_isdigit(c)) {
      digits.push_back(c);
    } else if (c != ' ' && c != '-' && c != '(' && c != ')' && c != '.' && c != '/') {
      plain = false;
    }
  }
  if (digits.empty()) return Invalid("not-a-phone-number");
  if (digits.size() >= 17) {
    const size_t between = folded.find_first_of("/;,");
    if (between != folded.npos && between >= 7) return StandardizeBoth(folded, between, country);
  }
  const bool north_american = IsNorthAmericanCountry(country);
  absl::string_view national = digits;
  if (national.size() == 13) absl::ConsumePrefix(&national, "00");  // dialled from abroad
  if (north_american && national.size() == 11 && national[0] == '1') national.remove_prefix(1);
  if (plain && IsPlaceholderPhone(national, north_american)) {
    return Placeholder("placeholder-phone");
  }
  if (plain && north_american && IsNorthAmerican(national)) {
    return Usable("+1" + std::string(national));
  }
  StandardizeResult result = Parse(folded, digits, country);
  if (result.state != ValueState::kInvalid || !HasLetters(folded)) return result;
  return ParseLookalikes(folded, country).value_or(std::move(result));
}

}  // namespace blindlink::agent
