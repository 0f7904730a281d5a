#include "common/plan/standardizer_catalog.h"

#include <algorithm>
#include <cstddef>
#include <iterator>

#include "absl/strings/str_join.h"

namespace blindlink {
namespace {

using v1::Form;
using Kind = EvidenceKind;
constexpr bool kNotInBrief = false;

constexpr Form kGivenNameForms[] = {v1::EXACT,     v1::NICKNAME_ROOT,    v1::INITIAL,
                                    v1::SOUNDEX,   v1::DOUBLE_METAPHONE, v1::NYSIIS,
                                    v1::NAME_PART, v1::PREFIX_3};
constexpr CodeOf kGivenNameCodes[] = {
    {Kind::kExactName, 8},
    {Kind::kNicknameRoot, 8},
    {Kind::kDoubleMetaphone, 4},
    {Kind::kInitial, 4},
    {Kind::kMinHash0, 4, kNotInBrief},
    {Kind::kMinHash1, 4, kNotInBrief},
    {Kind::kMinHash2, 4, kNotInBrief},
    {Kind::kMinHash3, 4, kNotInBrief},
    {Kind::kFirstPart, 6, kNotInBrief},
};

constexpr Form kSurnameForms[] = {v1::EXACT,  v1::INITIAL,   v1::SOUNDEX, v1::DOUBLE_METAPHONE,
                                  v1::NYSIIS, v1::NAME_PART, v1::PREFIX_3};
constexpr CodeOf kSurnameCodes[] = {
    {Kind::kExactName, 8},
    {Kind::kDoubleMetaphone, 4},
    {Kind::kFirstPart, 6, kNotInBrief},
    {Kind::kLastPart, 6},
    {Kind::kMinHash0, 4},
    {Kind::kMinHash1, 4, kNotInBrief},
    {Kind::kMinHash2, 4, kNotInBrief},
    {Kind::kMinHash3, 4, kNotInBrief},
};

constexpr CodeOf kMiddleNameCodes[] = {{Kind::kExactName, 8, kNotInBrief}, {Kind::kInitial, 4}};

constexpr Form kDateForms[] = {
    v1::EXACT,      v1::DAY_MONTH_SWAPPED, v1::NEAR_YEAR,        v1::YEAR,
    v1::YEAR_MONTH, v1::MONTH_DAY,         v1::DIGITS_TRANSPOSED};
constexpr CodeOf kDateCodes[] = {{Kind::kYear, 8}, {Kind::kMonth, 6}, {Kind::kDay, 6}};

constexpr Form kStreetAddressForms[] = {v1::EXACT, v1::WITHOUT_UNIT, v1::STREET_CORE,
                                        v1::STREET_NAME, v1::HOUSE_NUMBER};
constexpr CodeOf kStreetAddressCodes[] = {
    {Kind::kStreetCore, 4, kNotInBrief},
    {Kind::kHouseNumber, 8},
    {Kind::kStreetName, 8},
    {Kind::kMinHash0, 4, kNotInBrief},
    {Kind::kMinHash1, 4, kNotInBrief},
    {Kind::kMinHash2, 4, kNotInBrief},
};

constexpr Form kCityForms[] = {v1::EXACT, v1::SOUNDEX, v1::DOUBLE_METAPHONE, v1::NYSIIS,
                               v1::PREFIX_3};
constexpr CodeOf kCityCodes[] = {{Kind::kExact, 8}, {Kind::kDoubleMetaphone, 4, kNotInBrief}};

constexpr Form kPostalCodeForms[] = {v1::EXACT, v1::PREFIX_5, v1::PREFIX_3_DIGITS,
                                     v1::DIGITS_TRANSPOSED};
constexpr CodeOf kPostalCodeCodes[] = {{Kind::kPrefix5, 8}, {Kind::kPrefix3, 4, kNotInBrief}};

constexpr Form kNumberForms[] = {v1::EXACT, v1::DIGITS_TRANSPOSED, v1::LAST_4};
constexpr CodeOf kNumberCodes[] = {
    {Kind::kFirstThird, 8}, {Kind::kMiddleThird, 8}, {Kind::kLastThird, 8}};
constexpr CodeOf kPhoneCodes[] = {{Kind::kExact, 8, kNotInBrief}, {Kind::kLast4, 4}};

constexpr CodeOf kEmailCodes[] = {{Kind::kExact, 8},
                                  {Kind::kLocalPart, 4, kNotInBrief},
                                  {Kind::kMinHash0, 4, kNotInBrief},
                                  {Kind::kMinHash1, 4, kNotInBrief}};
constexpr CodeOf kAddressLineCodes[] = {{Kind::kExact, 8},
                                        {Kind::kMinHash0, 4, kNotInBrief},
                                        {Kind::kMinHash1, 4, kNotInBrief},
                                        {Kind::kMinHash2, 4, kNotInBrief}};

constexpr Form kExactForm[] = {v1::EXACT};
constexpr CodeOf kOneOfSeven[] = {{Kind::kExact, 3}};
constexpr CodeOf kOneOfFifteen[] = {{Kind::kExact, 4}};

// In the order of the enum's numbers.
constexpr StandardizerTraits kCatalog[] = {
    {.standardizer = v1::STANDARDIZER_UNSPECIFIED},
    {.standardizer = v1::GIVEN_NAME,
     .forms = kGivenNameForms,
     .codes = kGivenNameCodes,
     .subject = Subject::kFirstName,
     .comparison = Comparison::kGivenName,
     .values_repeat = true,
     .scored = {.identifying = true,
                .goes_by_year = true,
                .goes_with_name = true,
                .shared_by_namesakes = 0.97,
                .least_agreement = 0.65,
                .usual_chance = 0.005}},
    {.standardizer = v1::MIDDLE_NAME,
     .forms = kGivenNameForms,
     .codes = kMiddleNameCodes,
     .subject = Subject::kMiddleName,
     .comparison = Comparison::kMiddleName,
     .values_repeat = true,
     .scored = {.goes_with_name = true, .shared_by_namesakes = 0.5}},
    {.standardizer = v1::SURNAME,
     .forms = kSurnameForms,
     .codes = kSurnameCodes,
     .subject = Subject::kLastName,
     .comparison = Comparison::kSurname,
     .values_repeat = true,
     .scored = {.household = true,
                .identifying = true,
                .goes_with_name = true,
                .shared_by_twins = 0.97,
                .shared_by_namesakes = 0.97,
                .usual_chance = 0.002}},
    {.standardizer = v1::NAME_SUFFIX,
     .forms = kExactForm,
     .codes = kOneOfSeven,
     .subject = Subject::kLastName,
     .missing_says_none = true,
     .values_repeat = true,
     .scored = {.tells_namesakes = true, .usual_chance = 0.95}},
    {.standardizer = v1::DATE,
     .forms = kDateForms,
     .codes = kDateCodes,
     .subject = Subject::kDate,
     .comparison = Comparison::kDate,
     .scored = {.identifying = true,
                .shared_by_twins = 0.97,
                .least_agreement = 0.5,
                .usual_chance = 5e-5}},
    {.standardizer = v1::SEX,
     .forms = kExactForm,
     .codes = kOneOfSeven,
     .values_repeat = true,
     .scored = {.goes_with_name = true,
                .follows_first_name = true,
                .shared_by_namesakes = 0.97,
                .least_agreement = 0.93,
                .usual_chance = 0.5}},
    {.standardizer = v1::STREET_ADDRESS,
     .forms = kStreetAddressForms,
     .codes = kStreetAddressCodes,
     .subject = Subject::kAddress,
     .comparison = Comparison::kStreetAddress,
     .min_hash_form = v1::STREET_NAME,
     .scored = {.household = true, .identifying = true, .usual_chance = 1e-5}},
    {.standardizer = v1::CITY,
     .forms = kCityForms,
     .codes = kCityCodes,
     .subject = Subject::kAddress,
     .comparison = Comparison::kCity,
     .values_repeat = true,
     .scored = {.household = true}},
    {.standardizer = v1::STATE,
     .forms = kExactForm,
     .codes = kOneOfFifteen,
     .subject = Subject::kAddress,
     .comparison = Comparison::kState,
     .values_repeat = true,
     .scored = {.household = true}},
    {.standardizer = v1::POSTAL_CODE,
     .forms = kPostalCodeForms,
     .codes = kPostalCodeCodes,
     .subject = Subject::kAddress,
     .comparison = Comparison::kPostalCode,
     .values_repeat = true,
     .scored = {.household = true}},
    {.standardizer = v1::PHONE,
     .forms = kNumberForms,
     .codes = kPhoneCodes,
     .subject = Subject::kContact,
     .comparison = Comparison::kPhone,
     .scored = {.household = true, .identifying = true, .usual_chance = 1e-5}},
    // Often made of the name.
    {.standardizer = v1::EMAIL,
     .forms = kExactForm,
     .codes = kEmailCodes,
     .subject = Subject::kContact,
     .comparison = Comparison::kEmail,
     .scored =
         {.household = true, .identifying = true, .goes_with_name = true, .usual_chance = 1e-5}},
    {.standardizer = v1::SSN,
     .forms = kNumberForms,
     .codes = kNumberCodes,
     .subject = Subject::kNumber,
     .comparison = Comparison::kNumber,
     .scored = {.identifying = true,
                .shared_by_number = 0.97,
                .least_agreement = 0.85,
                .usual_chance = 1e-6}},
    // A family may be insured under one number.
    {.standardizer = v1::INSURANCE_NUMBER,
     .forms = kNumberForms,
     .codes = kNumberCodes,
     .subject = Subject::kNumber,
     .comparison = Comparison::kNumber,
     .scored = {.household = true, .identifying = true, .usual_chance = 1e-5}},
    {.standardizer = v1::RELATIONSHIP,
     .forms = kExactForm,
     .codes = kOneOfFifteen,
     .values_repeat = true,
     .scored = {.usual_chance = 0.3}},
    {.standardizer = v1::ADDRESS_LINE,
     .forms = kExactForm,
     .codes = kAddressLineCodes,
     .subject = Subject::kAddress,
     .comparison = Comparison::kText,
     .values_repeat = true,
     .scored = {.household = true, .usual_chance = 1e-3}},
    {.standardizer = v1::PASSPORT,
     .forms = kNumberForms,
     .codes = kNumberCodes,
     .subject = Subject::kNumber,
     .comparison = Comparison::kNumber,
     .scored = {.identifying = true, .least_agreement = 0.85, .usual_chance = 1e-6}},
    {.standardizer = v1::NATIONAL_NUMBER,
     .forms = kNumberForms,
     .codes = kNumberCodes,
     .subject = Subject::kNumber,
     .comparison = Comparison::kNumber,
     .scored = {.identifying = true,
                .shared_by_number = 0.97,
                .least_agreement = 0.85,
                .usual_chance = 1e-6}},
};

constexpr bool RowsStandAtTheirNumbers() {
  for (size_t i = 0; i < std::size(kCatalog); ++i) {
    if (static_cast<size_t>(kCatalog[i].standardizer) != i) return false;
  }
  return true;
}
static_assert(RowsStandAtTheirNumbers());

}  // namespace

const StandardizerTraits& TraitsOf(v1::Standardizer standardizer) {
  const auto row = static_cast<size_t>(standardizer);
  return kCatalog[row < std::size(kCatalog) ? row : size_t{0}];
}

bool Offers(v1::Standardizer standardizer, Form form) {
  const absl::Span<const Form> forms = TraitsOf(standardizer).forms;
  return std::find(forms.begin(), forms.end(), form) != forms.end();
}

std::string ListFormsOf(v1::Standardizer standardizer) {
  return absl::StrJoin(TraitsOf(standardizer).forms, ", ",
                       [](std::string* out, Form form) { out->append(v1::Form_Name(form)); });
}

}  // namespace blindlink
