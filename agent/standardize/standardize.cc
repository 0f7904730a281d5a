#include "agent/standardize/standardize.h"

#include <cstddef>
#include <iterator>
#include <string>

#include "agent/standardize/address/address.h"
#include "agent/standardize/address/place.h"
#include "agent/standardize/code_value.h"
#include "agent/standardize/date.h"
#include "agent/standardize/name.h"
#include "agent/standardize/number.h"
#include "agent/standardize/text/standardize_result.h"
#include "agent/standardize/text/text.h"

namespace blindlink::agent {
namespace {

using Function = StandardizeResult (*)(absl::string_view folded, const StandardizeOptions& options);

// Of a function that needs the text only.
template <StandardizeResult (*kFunction)(absl::string_view)>
StandardizeResult Of(absl::string_view folded, const StandardizeOptions&) {
  return kFunction(folded);
}

StandardizeResult OfPhone(absl::string_view folded, const StandardizeOptions& options) {
  return StandardizePhone(folded, options.phone_country);
}

template <v1::Standardizer kStandardizer>
StandardizeResult OfName(absl::string_view folded, const StandardizeOptions&) {
  return StandardizeName(kStandardizer, folded);
}

StandardizeResult OfDate(absl::string_view folded, const StandardizeOptions& options) {
  return StandardizeDate(folded, options.date_order, options.earliest_year);
}

StandardizeResult OfUnknown(absl::string_view, const StandardizeOptions&) {
  return Invalid("unknown-standardizer");
}

// In the order of the enum's numbers, as is the catalog.
struct Row {
  v1::Standardizer standardizer;
  Function function;
};
constexpr Row kFunctions[] = {
    {v1::STANDARDIZER_UNSPECIFIED, OfUnknown},
    {v1::GIVEN_NAME, OfName<v1::GIVEN_NAME>},
    {v1::MIDDLE_NAME, OfName<v1::MIDDLE_NAME>},
    {v1::SURNAME, OfName<v1::SURNAME>},
    {v1::NAME_SUFFIX, Of<StandardizeNameSuffix>},
    {v1::DATE, OfDate},
    {v1::SEX, Of<StandardizeSex>},
    {v1::STREET_ADDRESS, Of<StandardizeAddress>},
    {v1::CITY, Of<StandardizeCity>},
    {v1::STATE, Of<StandardizeState>},
    {v1::POSTAL_CODE, Of<StandardizePostalCode>},
    {v1::PHONE, OfPhone},
    {v1::EMAIL, Of<StandardizeEmail>},
    {v1::SSN, Of<StandardizeSsn>},
    {v1::INSURANCE_NUMBER, Of<StandardizeInsuranceNumber>},
    {v1::RELATIONSHIP, Of<StandardizeRelationship>},
    {v1::ADDRESS_LINE, Of<StandardizeAddressLine>},
    {v1::PASSPORT, Of<StandardizePassport>},
    {v1::NATIONAL_NUMBER, Of<StandardizeNationalNumber>},
};

constexpr bool RowsStandAtTheirNumbers() {
  for (size_t i = 0; i < std::size(kFunctions); ++i) {
    if (static_cast<size_t>(kFunctions[i].standardizer) != i) return false;
  }
  return true;
}
static_assert(RowsStandAtTheirNumbers());

Function FunctionOf(v1::Standardizer standardizer) {
  const auto row = static_cast<size_t>(standardizer);
  return row < std::size(kFunctions) ? kFunctions[row].function : OfUnknown;
}

}  // namespace

StandardizeResult Standardize(v1::Standardizer standardizer, absl::string_view raw,
                              const StandardizeOptions& options) {
  std::string folded;
  if (!FoldText(raw, &folded)) return Invalid("not-utf-8");
  if (folded.empty()) return Missing();
  return FunctionOf(standardizer)(folded, options);
}

}  // namespace blindlink::agent
