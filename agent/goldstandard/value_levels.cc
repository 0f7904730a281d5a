#include "agent/goldstandard/value_levels.h"

#include <algorithm>
#include <string>

#include "absl/strings/string_view.h"
#include "agent/goldstandard/best_level.h"
#include "agent/goldstandard/string_similarity.h"
#include "agent/standardize/address.h"
#include "agent/variants/date_variants.h"

namespace blindlink {
namespace {

using Levels = std::vector<const char*>;

constexpr double kCloseText = 0.92;
constexpr double kSimilarText = 0.85;

enum Date : size_t {
  kDateMissing,
  kDateDiffers,
  kDateYear,
  kDateYearAndPart,
  kDateMonthDay,
  kDateNearYear,
  kDateOneDigit,
  kDateSwapped,
  kDateExact,
};

size_t DateLevel(const std::string& left, const std::string& right) {
  if (left == right) return kDateExact;
  if (!IsDate(left) || !IsDate(right)) return kDateDiffers;
  const bool same_month = left.compare(4, 2, right, 4, 2) == 0;
  const bool same_day = left.compare(6, 2, right, 6, 2) == 0;
  const bool one_digit = EditDistance(left, right) == 1;
  if (left.compare(0, 4, right, 0, 4) != 0) {
    if (!same_month || !same_day) return kDateDiffers;
    const int apart = std::stoi(left.substr(0, 4)) - std::stoi(right.substr(0, 4));
    return one_digit || apart == 1 || apart == -1 ? kDateNearYear : kDateMonthDay;
  }
  if (DayMonthSwapped(left) == right) return kDateSwapped;
  if (one_digit) return kDateOneDigit;
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

// "12" and "12A", "112" and "121".
bool NearNumbers(const std::string& a, const std::string& b) {
  return !a.empty() && !b.empty() && EditDistance(a, b) <= 1;
}

size_t StreetLevel(const ComparableValue& left, const ComparableValue& right) {
  const AddressParts& a = *left.address;
  const AddressParts& b = *right.address;
  if (!a.po_box.empty() || !b.po_box.empty()) {
    if (a.po_box == b.po_box) return kStreetExact;
    if (!a.po_box.empty() && !b.po_box.empty()) return kStreetDiffers;
  }
  const bool same_house = a.house_number == b.house_number;
  const bool has_house = !a.house_number.empty() && !b.house_number.empty();
  const std::string a_name = StreetNameText(a);
  const std::string b_name = StreetNameText(b);
  const bool similar = !a_name.empty() && !b_name.empty() &&
                       (a_name == b_name || JaroWinkler(a_name, b_name) >= kSimilarText);
  if (similar && a_name == b_name && same_house) {
    const bool other_unit = !a.unit.empty() && !b.unit.empty() && a.unit != b.unit;
    return other_unit ? kStreetOtherUnit : kStreetExact;
  }
  if (similar && (same_house || (a_name == b_name && NearNumbers(a.house_number, b.house_number)))) {
    return kStreetSimilar;
  }
  if (similar) return kStreetName;
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

size_t NumberLevel(const std::string& left, const std::string& right) {
  if (left == right) return kNumberExact;
  const size_t edits = EditDistance(left, right);
  const size_t length = std::max(left.size(), right.size());
  if (length < 4) return kNumberDiffers;  // a digit is much of it
  if (edits == 1) return kNumberOneDigit;
  if (edits == 2 && length >= 6) return kNumberTwoDigits;
  return 2 * edits < length ? kNumberHalf : kNumberDiffers;
}

enum Phone : size_t { kPhoneMissing, kPhoneDiffers, kPhoneLastFour, kPhoneOneDigit, kPhoneExact };

size_t PhoneLevel(const std::string& left, const std::string& right) {
  if (left == right) return kPhoneExact;
  if (EditDistance(left, right) == 1) return kPhoneOneDigit;
  constexpr size_t kLast = 4;
  const bool last_four = left.size() >= kLast && right.size() >= kLast &&
                         left.compare(left.size() - kLast, kLast, right, right.size() - kLast,
                                      kLast) == 0;
  return last_four ? kPhoneLastFour : kPhoneDiffers;
}

enum Text : size_t { kTextMissing, kTextDiffers, kTextSimilar, kTextClose, kTextExact };

size_t TextLevel(absl::string_view left, absl::string_view right) {
  if (left == right) return kTextExact;
  const double alike = JaroWinkler(left, right);
  if (alike >= kCloseText) return kTextClose;
  return alike >= kSimilarText ? kTextSimilar : kTextDiffers;
}

size_t EmailLevel(const std::string& left, const std::string& right) {
  if (left == right) return kTextExact;
  const absl::string_view a = absl::string_view(left).substr(0, left.find('@'));
  const absl::string_view b = absl::string_view(right).substr(0, right.find('@'));
  return a == b ? kTextClose : std::min<size_t>(kTextClose, TextLevel(a, b));
}

enum PlaceAgreement : size_t {
  kPlaceMissing,
  kPlaceDiffers,
  kPlaceState,
  kPlaceArea,
  kPlaceSimilar,
  kPlaceCity,
  kPlacePostalCode,
  kPlaceExact,
};

enum Code : size_t { kCodeMissing, kCodeDiffers, kCodeArea, kCodeNear, kCodeExact };

// Of a ZIP+4 only the ZIP counts.
size_t PostalCodeLevel(const ComparableValue& left, const ComparableValue& right) {
  const auto code = [](const std::string& text) {
    return absl::string_view(text).substr(0, text.size() == 9 ? 5 : text.size());
  };
  const absl::string_view a = code(left.text);
  const absl::string_view b = code(right.text);
  if (a == b) return kCodeExact;
  if (EditDistance(a, b) == 1) return kCodeNear;
  return a.substr(0, 3) == b.substr(0, 3) ? kCodeArea : kCodeDiffers;
}

size_t ExactLevel(const ComparableValue& left, const ComparableValue& right) {
  return left.text == right.text ? 2 : 1;
}

}  // namespace

const std::vector<const char*>& LevelsOf(v1::Standardizer standardizer) {
  static const auto& date = *new Levels{"missing",       "differs",   "year",
                                        "year and part", "month and day", "near year",
                                        "one digit",     "swapped",   "exact"};
  static const auto& street = *new Levels{"missing", "differs",    "house number", "street",
                                          "similar", "other unit", "exact"};
  static const auto& number =
      *new Levels{"missing", "differs", "half", "two digits", "one digit", "exact"};
  static const auto& phone = *new Levels{"missing", "differs", "last four", "one digit", "exact"};
  static const auto& text = *new Levels{"missing", "differs", "similar", "close", "exact"};
  static const auto& place =
      *new Levels{"missing", "differs", "state", "area", "similar", "city", "postal code", "exact"};
  static const auto& exact = *new Levels{"missing", "differs", "exact"};
  switch (standardizer) {
    case v1::DATE:
      return date;
    case v1::STREET_ADDRESS:
      return street;
    case v1::SSN:
    case v1::INSURANCE_NUMBER:
      return number;
    case v1::PHONE:
      return phone;
    case v1::EMAIL:
    case v1::ADDRESS_LINE:
      return text;
    case v1::POSTAL_CODE:
      return place;
    default:
      return exact;
  }
}

size_t ValueLevel(v1::Standardizer standardizer, const ComparableValue& left,
                  const ComparableValue& right) {
  switch (standardizer) {
    case v1::DATE:
      return DateLevel(left.text, right.text);
    case v1::STREET_ADDRESS:
      return StreetLevel(left, right);
    case v1::SSN:
    case v1::INSURANCE_NUMBER:
      return NumberLevel(left.text, right.text);
    case v1::PHONE:
      return PhoneLevel(left.text, right.text);
    case v1::EMAIL:
      return EmailLevel(left.text, right.text);
    case v1::ADDRESS_LINE:
      return TextLevel(left.text, right.text);
    default:
      return ExactLevel(left, right);
  }
}

unsigned DateLevelsOfSameYear() {
  return 1u << kDateYear | 1u << kDateYearAndPart | 1u << kDateOneDigit | 1u << kDateSwapped |
         1u << kDateExact;
}

size_t PlaceLevel(const Place& left, const Place& right) {
  const size_t code = BestLevel(left.postal_code, right.postal_code, PostalCodeLevel);
  const size_t city = BestLevel(left.city, right.city, [](const auto& a, const auto& b) {
    return a.sounds == b.sounds && !a.sounds.empty() && a.text != b.text
               ? size_t{kTextClose}
               : TextLevel(a.text, b.text);
  });
  const size_t state = BestLevel(left.state, right.state, ExactLevel);
  if (code == 0 && city == 0 && state == 0) return kPlaceMissing;
  if (code == kCodeExact) return city >= kTextClose || city == 0 ? kPlaceExact : kPlacePostalCode;
  if (city == kTextExact) return kPlaceCity;
  if (city == kTextClose || code == kCodeNear) return kPlaceSimilar;
  if (code == kCodeArea) return kPlaceArea;
  return state == 2 ? kPlaceState : kPlaceDiffers;
}

}  // namespace blindlink
