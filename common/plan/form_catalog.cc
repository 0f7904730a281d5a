#include "common/plan/form_catalog.h"

#include <algorithm>

#include "absl/strings/str_join.h"

namespace blindlink {
namespace {

using v1::Form;

constexpr Form kGivenName[] = {v1::EXACT,     v1::NICKNAME_ROOT,    v1::INITIAL,
                               v1::SOUNDEX,   v1::DOUBLE_METAPHONE, v1::NYSIIS,
                               v1::NAME_PART, v1::PREFIX_3};
constexpr Form kSurname[] = {v1::EXACT,  v1::INITIAL,   v1::SOUNDEX, v1::DOUBLE_METAPHONE,
                             v1::NYSIIS, v1::NAME_PART, v1::PREFIX_3};
constexpr Form kDate[] = {v1::EXACT,      v1::DAY_MONTH_SWAPPED, v1::NEAR_YEAR,        v1::YEAR,
                          v1::YEAR_MONTH, v1::MONTH_DAY,         v1::DIGITS_TRANSPOSED};
constexpr Form kStreet[] = {v1::EXACT, v1::WITHOUT_UNIT, v1::STREET_CORE, v1::STREET_NAME,
                            v1::HOUSE_NUMBER};
constexpr Form kCity[] = {v1::EXACT, v1::SOUNDEX, v1::DOUBLE_METAPHONE, v1::NYSIIS, v1::PREFIX_3};
constexpr Form kPostalCode[] = {v1::EXACT, v1::PREFIX_5, v1::PREFIX_3_DIGITS,
                                v1::DIGITS_TRANSPOSED};
constexpr Form kNumber[] = {v1::EXACT, v1::DIGITS_TRANSPOSED, v1::LAST_4};
constexpr Form kExactOnly[] = {v1::EXACT};

}  // namespace

absl::Span<const Form> FormsOf(v1::Standardizer standardizer) {
  switch (standardizer) {
    case v1::GIVEN_NAME:
    case v1::MIDDLE_NAME:
      return kGivenName;
    case v1::SURNAME:
      return kSurname;
    case v1::DATE:
      return kDate;
    case v1::STREET_ADDRESS:
      return kStreet;
    case v1::CITY:
      return kCity;
    case v1::POSTAL_CODE:
      return kPostalCode;
    case v1::PHONE:
    case v1::SSN:
    case v1::INSURANCE_NUMBER:
      return kNumber;
    case v1::NAME_SUFFIX:
    case v1::SEX:
    case v1::STATE:
    case v1::EMAIL:
    case v1::RELATIONSHIP:
    case v1::ADDRESS_LINE:
      return kExactOnly;
    default:
      return {};
  }
}

bool Offers(v1::Standardizer standardizer, Form form) {
  const absl::Span<const Form> forms = FormsOf(standardizer);
  return std::find(forms.begin(), forms.end(), form) != forms.end();
}

std::string ListFormsOf(v1::Standardizer standardizer) {
  return absl::StrJoin(FormsOf(standardizer), ", ",
                       [](std::string* out, Form form) { out->append(v1::Form_Name(form)); });
}

}  // namespace blindlink
