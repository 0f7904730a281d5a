#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "agent/clinical/source/clinical_row.h"
#include "agent/clinical/source/text_table.h"
#include "simdjson.h"

namespace blindlink::agent {

// What FHIR claims say of encounters and conditions: the control number, who gave and who pays the
// care, the amount, and the position of each diagnosis. Of several claims of one encounter the
// first counts, and those of pharmacies not at all. Keeps about 100 bytes a claim. Not thread-safe.
class FhirClaims {
 public:
  // Keeps what `claim` says. False if it belongs to no encounter.
  bool Add(const simdjson::dom::object& claim);

  // Fills in what the encounter's claim says, if there is one.
  void Complete(absl::string_view encounter, ClinicalRow* visit) const;
  // The position of a condition in its claim; 0 if no claim has it.
  uint32_t SequenceOf(absl::string_view condition) const;

  // Fills in the same of a claim by itself.
  static void Describe(const simdjson::dom::object& claim, ClinicalRow* visit);

 private:
  struct Claim {  // numbers in words_
    uint32_t control_number;
    uint32_t provider;
    uint32_t payer;
    uint32_t amount;
  };
  void AddSequences(const simdjson::dom::object& claim);

  TextTable encounters_;
  std::vector<Claim> claims_;  // by number in encounters_
  TextTable words_;
  TextTable conditions_;
  std::vector<uint16_t> sequences_;  // by number in conditions_
};

}  // namespace blindlink::agent
