#include "agent/standardize/standardize.h"

#include <cstddef>
#include <iterator>
#include <string>

#include "agent/standardize/address/address.h"
#include "agent/standardize/address/place.h"
#include "agent/standardize/code_value.h"
#include "agent/standardize/date.h"
#include "agent/standardize/name.h"
#include "agent/standardize/name_words.h"
#include "agent/standardize/number.h"
#include "agent/standardize/text/standardize_result.h"
#include "agent/standardize/text/text.h"
#include "agent/standardize/text/written_text.h"

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

constexpr bool kDigits = true;

// In the order of the enum's numbers, as is the catalog.
struct Row {
  v1::Standardizer standardizer;
  Function function;
  bool digits = false;  // values are numbers or their codes, which spreadsheets rewrite
};
constexpr Row kFunctions[] = {
    {v1::STANDARDIZER_UNSPECIFIED, OfUnknown},
    {v1::GIVEN_NAME, OfName<v1::GIVEN_NAME>},
    {v1::MIDDLE_NAME, OfName<v1::MIDDLE_NAME>},
    {v1::SURNAME, OfName<v1::SURNAME>},
    {v1::NAME_SUFFIX, Of<StandardizeNameSuffix>, kDigits},
    {v1::DATE, OfDate, kDigits},
    {v1::SEX, Of<StandardizeSex>, kDigits},
    {v1::STREET_ADDRESS, Of<StandardizeAddress>},
    {v1::CITY, Of<StandardizeCity>},
    {v1::STATE, Of<StandardizeState>, kDigits},
    {v1::POSTAL_CODE, Of<StandardizePostalCode>, kDigits},
    {v1::PHONE, OfPhone, kDigits},
    {v1::EMAIL, Of<StandardizeEmail>},
    {v1::SSN, Of<StandardizeSsn>, kDigits},
    {v1::INSURANCE_NUMBER, Of<StandardizeInsuranceNumber>, kDigits},
    {v1::RELATIONSHIP, Of<StandardizeRelationship>, kDigits},
    {v1::ADDRESS_LINE, Of<StandardizeAddressLine>, kDigits},
    {v1::PASSPORT, Of<StandardizePassport>, kDigits},
    {v1::NATIONAL_NUMBER, Of<StandardizeNationalNumber>, kDigits},
};

constexpr bool RowsStandAtTheirNumbers() {
  for (size_t i = 0; i < std::size(kFunctions); ++i) {
    if (static_cast<size_t>(kFunctions[i].standardizer) != i) return false;
  }
  return true;
}
static_assert(RowsStandAtTheirNumbers());

const Row& RowOf(v1::Standardizer standardizer) {
  const auto row = static_cast<size_t>(standardizer);
  return kFunctions[row < std::size(kFunctions) ? row : size_t{0}];
}

}  // namespace

StandardizeResult Standardize(v1::Standardizer standardizer, absl::string_view raw,
                              const StandardizeOptions& options) {
  const Row& row = RowOf(standardizer);
  std::string buffer;
  RepairedText repaired = RepairText(raw, row.digits, &buffer);
  std::string folded;
  if (!FoldText(repaired.text, &folded, &repaired.changes)) return Invalid("not-utf-8");
  if (folded.empty()) return Missing();
  StandardizeResult result;
  if (IsNothing(folded) && !IsWrittenAsName(standardizer, repaired.text, folded)) {
    result.changes.Add(ValueChange::kNoValueWord);
    return result;
  }
  result = row.function(folded, options);
  result.changes.Add(repaired.changes);
  return result;
}

}  // namespace blindlink::agent
