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

// Compares a record's standardized addresses with a reference. What it finds is added beside what
// the record says and takes nothing away, so that a site with a reference and one without still
// agree, and a wrong correction costs no match. Never fails, never rejects. Immutable; threads may
// share it.
//
// A street is looked for in its ZIP, else in its city. Not there, one street within one edit
// (two, if its name has eight letters or more) is taken; if several are as near, the one of the
// same suffix. Names with digits or of less than four letters are not corrected: 8TH is no misspelt
// 9TH.
class AddressValidator {
 public:
  // `reference` must outlive the validator. The fields are those of `plan` with the standardizers
  // STREET_ADDRESS, CITY, STATE and POSTAL_CODE, the first of each.
  AddressValidator(const AddressReference& reference, const Plan& plan);

  // Those that it looks at, by index of LinkagePlan.fields.
  const std::vector<size_t>& fields() const { return fields_; }
  // `values` by field of the plan, of which those of fields() count; `row` is for the report.
  void Apply(uint64_t row, std::vector<std::vector<StandardValue>>* values,
             AddressFindings* findings) const;

 private:
  using Values = std::vector<StandardValue>;
  // What to make of one address.
  struct Verdict {
    AddressOutcome outcome = AddressOutcome::kUnknown;
    uint32_t street = AddressReference::kNone;  // of a correction
    uint32_t zip = AddressReference::kNone;     // of one that is filled
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
