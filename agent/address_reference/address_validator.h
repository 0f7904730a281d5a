#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "agent/address_reference/address_reference.h"
#include "agent/address_reference/address_report.h"
#include "agent/standardize/text/standard_value.h"
#include "common/plan/plan.h"

namespace blindlink::agent {

// Compares a record's standardized addresses with a reference. Findings are added to what the
// record says and remove nothing, so that a site with a reference still agrees with one without,
// and a wrong correction costs no match. Never fails, never rejects. Immutable; threads may share
// it.
//
// A street is looked up in its ZIP, else in its city. If it is not there, the one street within one
// edit is taken (two edits if its name has eight letters or more); if several are equally near, the
// one with the same suffix. Names that contain digits or have fewer than four letters are not
// corrected: 8TH is not a misspelt 9TH.
class AddressValidator {
 public:
  // `reference` must outlive the validator. It uses the first field of `plan` with each of the
  // standardizers STREET_ADDRESS, CITY, STATE and POSTAL_CODE.
  AddressValidator(const AddressReference& reference, const Plan& plan);

  // The fields it looks at, by index of LinkagePlan.fields.
  const std::vector<size_t>& fields() const { return fields_; }
  // `values` is indexed by field of the plan; only those of fields() count. `row` is for the
  // report.
  void Apply(uint64_t row, std::vector<std::vector<StandardValue>>* values,
             AddressFindings* findings) const;

 private:
  using Values = std::vector<StandardValue>;
  // What to do about one address.
  struct Verdict {
    AddressOutcome outcome = AddressOutcome::kUnknown;
    uint32_t street = AddressReference::kNone;  // for a correction
    uint32_t zip = AddressReference::kNone;     // for a filled ZIP
    int distance = 0;
  };
  struct Place {
    absl::Span<const AddressReference::Entry> zip, city;
    uint32_t zip_number = AddressReference::kNone;
  };

  Place PlaceOf(const std::vector<Values>& values) const;
  Verdict Judge(const AddressParts& address, const Place& place) const;
  Verdict JudgeNamed(const AddressParts& address, const std::string& name,
                     const Place& place) const;
  Verdict Nearest(const AddressParts& address, const std::string& name, const Place& place) const;
  const Values* FieldOf(std::optional<size_t> field, const std::vector<Values>& values) const;

  const AddressReference& reference_;
  std::vector<size_t> fields_;
  std::optional<size_t> street_field_, city_field_, state_field_, zip_field_;
};

}  // namespace blindlink::agent
