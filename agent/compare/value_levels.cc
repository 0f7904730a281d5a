#include "agent/compare/value_levels.h"

#include <algorithm>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "agent/compare/name_levels.h"
#include "agent/compare/place_level.h"
#include "agent/compare/text_level.h"
#include "agent/standardize/text/string_similarity.h"
#include "agent/variants/date_variants.h"

namespace blindlink::agent {
namespace {

// Of street names.
constexpr double kSimilarText = 0.85;

constexpr const char* kExactLevels[] = {"missing", "differs", "exact"};

enum Date : size_t {
  kDateMissing,
  kDateDiffers,
  kDateYear,
  kDateYearAndPart,
  kDateMonthDay,
  kDateNearYear,
  kDateOneDigit,
  kDateSwapped,
  kDateYearOnly,
  kDateYearAndMonth,
  kDateExact,
};
constexpr const char* kDateLevels[] = {
    "missing",   "differs", "year",      "year and part",  "month and day", "near year",
    "one digit", "swapped", "year only", "year and month", "exact"};

// One of the two is a partial date: YYYY or YYYYMM.
size_t PartialDateLevel(absl::string_view left, absl::string_view right) {
  if (left.substr(0, 4) != right.substr(0, 4)) return kDateDiffers;
  if (left.size() == 4 || right.size() == 4) return kDateYearOnly;
  return left.substr(4, 2) == right.substr(4, 2) ? kDateYearAndMonth : kDateYear;
}

size_t DateLevel(const std::string& left, const std::string& right) {
  if (left.size() < 8 || right.size() < 8) return PartialDateLevel(left, right);
  if (left == right) return kDateExact;
  const bool same_month = left.compare(4, 2, right, 4, 2) == 0;
  const bool same_day = left.compare(6, 2, right, 6, 2) == 0;
  if (left.compare(0, 4, right, 0, 4) != 0) {
    if (!same_month || !same_day) return kDateDiffers;
    const std::vector<std::string> near = NearYears(left);
    const bool is_near = std::find(near.begin(), near.end(), right) != near.end();
    return is_near || EditDistance(left, right) == 1 ? kDateNearYear : kDateMonthDay;
  }
  const bool swapped = left.compare(4, 2, right, 6, 2) == 0 && left.compare(6, 2, right, 4, 2) == 0;
  if (swapped) return kDateSwapped;
  if (EditDistance(left, right) == 1) return kDateOneDigit;
  return same_month || same_day ? kDateYearAndPart : kDateYear;
}

enum Street : size_t {
  kStreetMissing,
  kStreetDiffers,
  kStreetHouseNumber,
  kStreetName,
  kStreetSimilar,
  kStreetOtherUnit,
  kStreetExact,
};
constexpr const char* kStreetLevels[] = {"missing", "differs",    "house number", "street",
                                         "similar", "other unit", "exact"};

// House numbers such as "12" and "12A", or "112" and "121".
bool NearNumbers(const std::string& a, const std::string& b) {
  return !a.empty() && !b.empty() && EditDistance(a, b) <= 1;
}

size_t StreetLevel(const ComparableValue& left, const ComparableValue& right) {
  const ComparableAddress& a = *left.address;
  const ComparableAddress& b = *right.address;
  if (!a.po_box.empty() || !b.po_box.empty()) {
    if (a.po_box == b.po_box) return kStreetExact;
    if (!a.po_box.empty() && !b.po_box.empty()) return kStreetDiffers;
  }
  const bool same_house = a.house_number == b.house_number;
  const bool has_house = !a.house_number.empty() && !b.house_number.empty();
  const bool same_street = !a.street.empty() && a.street == b.street;
  if (same_street && same_house) {
    const bool other_unit = !a.unit.empty() && !b.unit.empty() && a.unit != b.unit;
    return other_unit ? kStreetOtherUnit : kStreetExact;
  }
  if (same_street)
    return NearNumbers(a.house_number, b.house_number) ? kStreetSimilar : kStreetName;
  const bool similar =
      !a.street.empty() && !b.street.empty() && JaroWinkler(a.street, b.street) >= kSimilarText;
  if (similar) return same_house ? kStreetSimilar : kStreetName;
  return has_house && same_house ? kStreetHouseNumber : kStreetDiffers;
}

enum Number : size_t {
  kNumberMissing,
  kNumberDiffers,
  kNumberHalf,
  kNumberTwoDigits,
  kNumberOneDigit,
  kNumberExact,
};
constexpr const char* kNumberLevels[] = {"missing",    "differs",   "half",
                                         "two digits", "one digit", "exact"};

// Of a masked number only the last four digits are known (XXXXX1234).
size_t MaskedNumberLevel(absl::string_view left, absl::string_view right) {
  constexpr size_t kLast = 4;
  const bool long_enough = left.size() >= kLast && right.size() >= kLast;
  const bool same =
      long_enough && left.substr(left.size() - kLast) == right.substr(right.size() - kLast);
  return same ? kNumberHalf : kNumberDiffers;
}

size_t NumberLevel(const std::string& left, const std::string& right) {
  if (absl::StartsWith(left, "XXXXX") || absl::StartsWith(right, "XXXXX"))
    return MaskedNumberLevel(left, right);
  if (left == right) return kNumberExact;
  const size_t edits = EditDistance(left, right);
  const size_t length = std::max(left.size(), right.size());
  if (length < 4) return kNumberDiffers;  // one digit is a large part of it
  if (edits == 1) return kNumberOneDigit;
  if (edits == 2 && length >= 6) return kNumberTwoDigits;
  return 2 * edits < length ? kNumberHalf : kNumberDiffers;
}

enum Phone : size_t { kPhoneMissing, kPhoneDiffers, kPhoneLastFour, kPhoneOneDigit, kPhoneExact };
constexpr const char* kPhoneLevels[] = {"missing", "differs", "last four", "one digit", "exact"};

size_t PhoneLevel(const std::string& left, const std::string& right) {
  if (left == right) return kPhoneExact;
  if (EditDistance(left, right) == 1) return kPhoneOneDigit;
  constexpr size_t kLast = 4;
  const bool last_four =
      left.size() >= kLast && right.size() >= kLast &&
      left.compare(left.size() - kLast, kLast, right, right.size() - kLast, kLast) == 0;
  return last_four ? kPhoneLastFour : kPhoneDiffers;
}

size_t EmailLevel(const std::string& left, const std::string& right) {
  if (left == right) return kTextExact;
  const absl::string_view a = absl::string_view(left).substr(0, left.find('@'));
  const absl::string_view b = absl::string_view(right).substr(0, right.find('@'));
  return a == b ? kTextClose : std::min<size_t>(kTextClose, TextLevel(a, b));
}

size_t ExactLevel(const ComparableValue& left, const ComparableValue& right) {
  return left.text == right.text ? 2 : 1;
}

}  // namespace

LevelNames LevelsOf(Comparison comparison) {
  switch (comparison) {
    case Comparison::kGivenName:
      return GivenNameLevels();
    case Comparison::kMiddleName:
      return MiddleNameLevels();
    case Comparison::kSurname:
      return SurnameLevels();
    case Comparison::kCity:
    case Comparison::kState:
    case Comparison::kPostalCode:
      return PlaceLevels();
    case Comparison::kDate:
      return kDateLevels;
    case Comparison::kStreetAddress:
      return kStreetLevels;
    case Comparison::kNumber:
      return kNumberLevels;
    case Comparison::kPhone:
      return kPhoneLevels;
    case Comparison::kEmail:
    case Comparison::kText:
      return TextLevels();
    case Comparison::kCode:
      break;
  }
  return kExactLevels;
}

size_t ValueLevel(Comparison comparison, const ComparableValue& left,
                  const ComparableValue& right) {
  switch (comparison) {
    case Comparison::kGivenName:
      return GivenNameLevel(left, right);
    case Comparison::kMiddleName:
      return MiddleNameLevel(left, right);
    case Comparison::kSurname:
      return SurnameLevel(left, right);
    case Comparison::kDate:
      return DateLevel(left.text, right.text);
    case Comparison::kStreetAddress:
      return StreetLevel(left, right);
    case Comparison::kNumber:
      return NumberLevel(left.text, right.text);
    case Comparison::kPhone:
      return PhoneLevel(left.text, right.text);
    case Comparison::kEmail:
      return EmailLevel(left.text, right.text);
    case Comparison::kText:
      return TextLevel(left.text, right.text);
    default:
      return ExactLevel(left, right);
  }
}

unsigned DateLevelsOfSameYear() {
  return 1u << kDateYear | 1u << kDateYearAndPart | 1u << kDateOneDigit | 1u << kDateSwapped |
         1u << kDateYearOnly | 1u << kDateYearAndMonth | 1u << kDateExact;
}

}  // namespace blindlink::agent
