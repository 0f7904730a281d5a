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

// Repeated or ascending digits, directory assistance (555-1212), numbers reserved for fiction
// (555-01xx) and the area code 555.
bool IsPlaceholderPhone(absl::string_view digits) {
  if (IsOneCharacterRepeated(digits, 7) || digits == "1234567890" || digits == "0123456789" ||
      digits == "1234567") {
    return true;
  }
  if (digits.size() != 10) return false;
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

StandardizeResult Parse(absl::string_view folded, const std::string& digits) {
  const PhoneNumberUtil& util = SilentUtil();
  PhoneNumber number;
  const bool parsed =
      util.Parse(std::string(folded), "US", &number) == PhoneNumberUtil::NO_PARSING_ERROR;
  if (parsed && util.IsPossibleNumberWithReason(number) == PhoneNumberUtil::IS_POSSIBLE &&
      (number.country_code() != 1 || IsNorthAmerican(std::to_string(number.national_number())))) {
    if (IsPlaceholderPhone(std::to_string(number.national_number()))) {
      return Placeholder("placeholder-phone");
    }
    number.clear_extension();
    std::string text;
    util.Format(number, PhoneNumberUtil::E164, &text);
    return Usable(std::move(text));
  }
  if (digits.size() >= 9 && digits.size() <= 11 && digits[0] == '0') return Usable(digits);
  return Invalid(digits.size() == 7 ? "phone-without-area" : "not-a-phone-number");
}

// Standardizes two numbers in one cell; the sign that separates them is at `between`.
StandardizeResult StandardizeBoth(absl::string_view folded, size_t between) {
  StandardizeResult first = StandardizePhone(folded.substr(0, between));
  StandardizeResult second =
      StandardizePhone(absl::StripAsciiWhitespace(folded.substr(between + 1)));
  if (first.state != ValueState::kUsable) return second;
  for (StandardValue& value : second.values) first.values.push_back(std::move(value));
  return first;
}

}  // namespace

StandardizeResult StandardizePhone(absl::string_view folded) {
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
    if (between != folded.npos && between >= 7) return StandardizeBoth(folded, between);
  }
  absl::string_view national = digits;
  if (national.size() == 13) absl::ConsumePrefix(&national, "00");  // dialled from abroad
  if (national.size() == 11 && national[0] == '1') national.remove_prefix(1);
  if (plain && IsPlaceholderPhone(national)) return Placeholder("placeholder-phone");
  if (plain && IsNorthAmerican(national)) return Usable("+1" + std::string(national));
  return Parse(folded, digits);
}

}  // namespace blindlink::agent
