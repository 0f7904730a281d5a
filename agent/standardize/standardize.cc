#include "agent/standardize/standardize.h"

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

StandardizeResult Standardize(v1::Standardizer standardizer, absl::string_view raw,
                              const StandardizeOptions& options) {
  std::string folded;
  if (!FoldText(raw, &folded)) return Invalid("not-utf-8");
  if (folded.empty()) return Missing();
  switch (standardizer) {
    case v1::GIVEN_NAME:
    case v1::MIDDLE_NAME:
    case v1::SURNAME:
      return StandardizeName(standardizer, folded);
    case v1::NAME_SUFFIX:
      return StandardizeNameSuffix(folded);
    case v1::DATE:
      return StandardizeDate(folded, options.date_order);
    case v1::SEX:
      return StandardizeSex(folded);
    case v1::STREET_ADDRESS:
      return StandardizeAddress(folded);
    case v1::CITY:
      return StandardizeCity(folded);
    case v1::STATE:
      return StandardizeState(folded);
    case v1::POSTAL_CODE:
      return StandardizePostalCode(folded);
    case v1::PHONE:
      return StandardizePhone(folded);
    case v1::EMAIL:
      return StandardizeEmail(folded);
    case v1::SSN:
      return StandardizeSsn(folded);
    case v1::INSURANCE_NUMBER:
      return StandardizeInsuranceNumber(folded);
    case v1::RELATIONSHIP:
      return StandardizeRelationship(folded);
    case v1::ADDRESS_LINE:
      return StandardizeAddressLine(folded);
    default:
      return Invalid("unknown-standardizer");
  }
}

}  // namespace blindlink::agent
