#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include <phonenumbers/logger.h>
#include <phonenumbers/phonenumberutil.h>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "agent/standardize/made_up_number.h"
#include "agent/standardize/number.h"
#include "agent/standardize/text/standardize_result.h"
#include "agent/standardize/text/text.h"
#include "agent/standardize/text/written_text.h"

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

// Digits that somebody made up; in North America also directory assistance (555-1212), numbers
// reserved for fiction (555-01xx), the area code 555 and the number of a song.
bool IsPlaceholderPhone(absl::string_view digits, bool north_american) {
  constexpr size_t kGroups[] = {3, 3, 4};
  if (IsOneCharacterRepeated(digits, 7) || (digits.size() > 6 && IsSequence(digits)) ||
      IsMadeUp(digits, kGroups)) {
    return true;
  }
  if (!north_american || digits.size() != 10) return false;
  const absl::string_view local = digits.substr(3);
  return digits.substr(0, 3) == "555" || local == "5551212" || local.substr(0, 5) == "55501" ||
         local == "8675309" || local == "1234567" || IsOneCharacterRepeated(local, 7);
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
  result.changes.Add(ValueChange::kLookalikeDigits);
  return result;
}

size_t CountDigits(absl::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), absl::ascii_isdigit));
}

// Where an extension begins: X12, EXT. 12, #12; the end if there is none. The number before it has
// at least seven digits.
size_t FindExtension(absl::string_view folded) {
  size_t digits = 0;
  for (size_t i = 0; i < folded.size(); ++i) {
    if (absl::ascii_isdigit(folded[i])) ++digits;
    if (digits < 7) continue;
    const absl::string_view rest = folded.substr(i);
    const bool marked = absl::StartsWith(rest, "EXT") || absl::StartsWith(rest, ";EXT") ||
                        (rest.size() > 1 && (rest[0] == 'X' || rest[0] == '#') &&
                         rest.find_first_of("0123456789") <= 3);
    if (marked && CountDigits(rest) <= 7) return i;
  }
  return folded.size();
}

// The number without its extension and without words such as CELL or (MOTHER). Empty if that
// leaves less than seven digits. Letters beside digits stay, because they may be read as digits.
std::string WithoutWords(absl::string_view folded) {
  folded = folded.substr(0, FindExtension(folded));
  std::string kept;
  for (size_t i = 0; i < folded.size();) {
    size_t end = i;
    while (end < folded.size() && absl::ascii_isalnum(folded[end])) ++end;
    if (end == i) {
      // Between numbers, only the usual signs stay.
      if (absl::StrContains("+-./ ()", folded[i])) kept.push_back(folded[i]);
      ++i;
      continue;
    }
    const absl::string_view word = folded.substr(i, end - i);
    if (CountDigits(word) > 0) kept.append(word.data(), word.size());
    i = end;
  }
  if (CountDigits(kept) < 7) return "";
  // What words leave behind at the ends: "206-454-1234 -", "() 206-454-1234".
  const size_t last = kept.find_last_of("0123456789");
  const size_t first = std::min(kept.find_first_of("+0123456789"), kept.find("("));
  return kept.substr(std::min(first, last), last + 1 - std::min(first, last));
}

absl::string_view WithoutSeparator(absl::string_view text) {
  return text.substr(std::min(text.find_first_of("+(0123456789"), text.size() - 1));
}

// Standardizes two numbers in one cell; the sign that separates them is at `between`.
StandardizeResult StandardizeBoth(absl::string_view folded, size_t between,
                                  const std::string& country) {
  StandardizeResult first = StandardizePhone(folded.substr(0, between), country);
  StandardizeResult second = StandardizePhone(WithoutSeparator(folded.substr(between)), country);
  if (first.state != ValueState::kUsable) return second;
  first.changes.Add(second.changes);
  for (StandardValue& value : second.values) {
    if (!value.damaged) first.values.push_back(std::move(value));
  }
  return first;
}

}  // namespace

bool IsPhoneCountry(const std::string& country) {
  return SilentUtil().GetCountryCodeForRegion(country) != 0;
}

namespace {

// Where one number of two in a cell ends: at a sign or word between them, or between ten digits
// and ten. npos if there is one number.
size_t FindBetween(absl::string_view folded, size_t digits) {
  if (digits < 17) return absl::string_view::npos;
  for (const absl::string_view sign : {"/", ";", ",", "&", "|", " OR ", " AND "}) {
    const size_t between = folded.find(sign);
    if (between != absl::string_view::npos && CountDigits(folded.substr(0, between)) >= 7) {
      return between;
    }
  }
  if (digits < 20) return absl::string_view::npos;
  for (size_t space = folded.find(' '); space != absl::string_view::npos;
       space = folded.find(' ', space + 1)) {
    if (2 * CountDigits(folded.substr(0, space)) == digits) return space;
  }
  return absl::string_view::npos;
}

StandardizeResult StandardizeOnePhone(absl::string_view folded, const std::string& country) {
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

}  // namespace

StandardizeResult StandardizePhone(absl::string_view folded, const std::string& country) {
  if (IsShortenedNumber(folded)) return Invalid("scientific-notation");
  if (const size_t between = FindBetween(folded, CountDigits(folded)); between != folded.npos) {
    return StandardizeBoth(folded, between, country);
  }
  if (!HasLetters(folded) && !absl::StrContains(folded, '#')) {
    return StandardizeOnePhone(folded, country);
  }
  const std::string number = WithoutWords(folded);
  if (number.empty()) return StandardizeOnePhone(folded, country);
  StandardizeResult result = StandardizeOnePhone(number, country);
  if (number.size() < folded.size()) result.changes.Add(ValueChange::kWordsLeftOut);
  return result;
}

}  // namespace blindlink::agent
