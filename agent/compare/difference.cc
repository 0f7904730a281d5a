#include "agent/compare/difference.h"

#include <algorithm>
#include <string>

#include "absl/strings/match.h"
#include "agent/standardize/address/address.h"
#include "agent/standardize/text/string_similarity.h"
#include "agent/variants/date_variants.h"
#include "agent/variants/variants.h"
#include "common/plan/standardizer_catalog.h"

namespace blindlink::agent {
namespace {

std::vector<std::string> TextsOf(v1::Form form, v1::Standardizer standardizer,
                                 const StandardValue& value) {
  std::vector<std::string> forms;
  AppendForm(form, standardizer, value, &forms);
  return forms;
}

bool Contains(const std::vector<std::string>& texts, absl::string_view text) {
  return std::find(texts.begin(), texts.end(), text) != texts.end();
}

// Whether the values share a text in this form.
bool Share(v1::Form form, v1::Standardizer standardizer, const StandardValue& left,
           const StandardValue& right) {
  const std::vector<std::string> forms = TextsOf(form, standardizer, right);
  const std::vector<std::string> others = TextsOf(form, standardizer, left);
  return std::any_of(others.begin(), others.end(),
                     [&](const std::string& text) { return Contains(forms, text); });
}

Difference CompareNames(v1::Standardizer standardizer, const StandardValue& left,
                        const StandardValue& right) {
  const auto has_part = [&](const StandardValue& compound, const StandardValue& name) {
    const std::vector<std::string> parts = TextsOf(v1::NAME_PART, standardizer, compound);
    return Contains(parts, name.text);
  };
  const auto is_initial = [&](const StandardValue& name, const StandardValue& letter) {
    return Contains(TextsOf(v1::INITIAL, standardizer, name), letter.text);
  };
  if (Offers(standardizer, v1::NICKNAME_ROOT) &&
      Share(v1::NICKNAME_ROOT, standardizer, left, right)) {
    return Difference::kNickname;
  }
  if (has_part(left, right) || has_part(right, left) ||
      Share(v1::NAME_PART, standardizer, left, right)) {
    return Difference::kPartOfName;
  }
  if (is_initial(left, right) || is_initial(right, left)) return Difference::kInitial;
  if (IsOneEdit(left.text, right.text)) return Difference::kOneEdit;
  return Share(v1::DOUBLE_METAPHONE, standardizer, left, right) ? Difference::kSoundsAlike
                                                                : Difference::kDifferent;
}

// 1982-04 and 1982-04-05 agree as far as they go.
bool IsPartOf(const std::string& part, const std::string& whole) {
  return IsPartialDate(part) && absl::StartsWith(whole, part);
}

Difference CompareDates(const StandardValue& left, const StandardValue& right) {
  if (IsPartOf(left.text, right.text) || IsPartOf(right.text, left.text)) {
    return Difference::kKnownInPart;
  }
  if (DayMonthSwapped(left.text) == right.text) return Difference::kSwapped;
  if (Contains(NearYears(left.text), right.text)) return Difference::kNearYear;
  if (IsOneEdit(left.text, right.text)) return Difference::kOneEdit;
  const auto same = [&](size_t at, size_t size) {
    return absl::string_view(left.text).substr(at, size) ==
           absl::string_view(right.text).substr(at, size);
  };
  const bool dates = IsDate(left.text) && IsDate(right.text);
  const int same_parts = dates ? same(0, 4) + same(4, 2) + same(6, 2) : 0;
  return same_parts == 2 ? Difference::kOtherPart : Difference::kDifferent;
}

Difference CompareAddresses(const StandardValue& left, const StandardValue& right) {
  const auto share = [&](v1::Form form) { return Share(form, v1::STREET_ADDRESS, left, right); };
  if (share(v1::WITHOUT_UNIT)) return Difference::kUnit;
  if (share(v1::STREET_CORE)) return Difference::kStreetType;
  if (share(v1::STREET_NAME)) return Difference::kHouseNumber;
  const std::string left_street = StreetNameText(AddressOf(left));
  const std::string right_street = StreetNameText(AddressOf(right));
  const StandardValue left_name{left_street, {}, {}};
  const StandardValue right_name{right_street, {}, {}};
  const bool alike = IsOneEdit(left_street, right_street) ||
                     Share(v1::DOUBLE_METAPHONE, v1::SURNAME, left_name, right_name);
  return alike && share(v1::HOUSE_NUMBER) ? Difference::kStreetTypo : Difference::kDifferent;
}

// The difference between numbers, codes or words.
Difference CompareTexts(v1::Standardizer standardizer, const StandardValue& left,
                        const StandardValue& right) {
  if (IsOneEdit(left.text, right.text)) return Difference::kOneEdit;
  const auto share = [&](v1::Form form) { return Share(form, standardizer, left, right); };
  const auto local_part = [](const StandardValue& value) {
    return absl::string_view(value.text).substr(0, value.text.find('@'));
  };
  switch (TraitsOf(standardizer).comparison) {
    case Comparison::kPostalCode:
      return share(v1::PREFIX_3_DIGITS) ? Difference::kSamePrefix : Difference::kDifferent;
    case Comparison::kPhone:
    case Comparison::kNumber:
      if (share(v1::LAST_4) && IsMaskedNumber(left) != IsMaskedNumber(right)) {
        return Difference::kKnownInPart;
      }
      return share(v1::LAST_4) ? Difference::kSameLastFour : Difference::kDifferent;
    case Comparison::kEmail:
      return local_part(left) == local_part(right) ? Difference::kSameLocalPart
                                                   : Difference::kDifferent;
    default:
      return Difference::kDifferent;
  }
}

Difference CompareValues(v1::Standardizer standardizer, const StandardValue& left,
                         const StandardValue& right) {
  if (left.text == right.text) return Difference::kSame;
  switch (TraitsOf(standardizer).comparison) {
    case Comparison::kGivenName:
    case Comparison::kMiddleName:
    case Comparison::kSurname:
      return CompareNames(standardizer, left, right);
    case Comparison::kDate:
      return CompareDates(left, right);
    case Comparison::kStreetAddress:
      return CompareAddresses(left, right);
    case Comparison::kPostalCode:
      // A ZIP and its ZIP+4 say the same.
      if (Share(v1::PREFIX_5, standardizer, left, right)) return Difference::kSame;
      return CompareTexts(standardizer, left, right);
    case Comparison::kState:
    case Comparison::kCode:
      return Difference::kDifferent;
    default:
      return CompareTexts(standardizer, left, right);
  }
}

}  // namespace

absl::string_view NameOf(Difference difference) {
  constexpr absl::string_view kNames[] = {"same",
                                          "not in one file",
                                          "missing on both",
                                          "nickname",
                                          "part of the name",
                                          "initial",
                                          "sounds alike",
                                          "names exchanged",
                                          "middle for first name",
                                          "day and month",
                                          "near year",
                                          "one part of date",
                                          "known in part",
                                          "unit",
                                          "street type",
                                          "street misspelt",
                                          "house number",
                                          "same three digits",
                                          "same last four",
                                          "same local part",
                                          "one edit",
                                          "missing on one",
                                          "different"};
  return kNames[static_cast<size_t>(difference)];
}

int WeightOf(Difference difference) {
  switch (difference) {
    case Difference::kSame:
    case Difference::kNotInFile:
    case Difference::kMissingOnBoth:
      return 0;
    case Difference::kNickname:
    case Difference::kPartOfName:
    case Difference::kInitial:
    case Difference::kExchanged:
    case Difference::kSwapped:
    case Difference::kKnownInPart:
    case Difference::kUnit:
    case Difference::kStreetType:
      return 1;
    case Difference::kMissingOnOne:
      return 3;
    case Difference::kDifferent:
      return 4;
    default:
      return 2;
  }
}

Difference Compare(v1::Standardizer standardizer, const std::vector<StandardValue>& left,
                   const std::vector<StandardValue>& right) {
  if (left.empty() && right.empty()) return Difference::kMissingOnBoth;
  if (left.empty() || right.empty()) return Difference::kMissingOnOne;
  Difference least = Difference::kDifferent;
  for (const StandardValue& a : left) {
    for (const StandardValue& b : right) {
      const Difference difference = CompareValues(standardizer, a, b);
      if (WeightOf(difference) < WeightOf(least)) least = difference;
    }
  }
  return least;
}

bool IsOneEdit(absl::string_view left, absl::string_view right) {
  return EditDistance(left, right, 1) == 1;
}

}  // namespace blindlink::agent
