#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "agent/clinical/source/clinical_row.h"
#include "agent/clinical/source/text_table.h"
#include "simdjson.h"

namespace blindlink::agent {

// What FHIR claims say of encounters and conditions: the control number, who gave and who pays the
// care, the amount, and the position of each diagnosis. Of several claims of one encounter the
// first counts, and of those of pharmacies nothing but the positions. Keeps about 120 bytes a
// claim. Not thread-safe.
class FhirClaims {
 public:
  enum class Added {
    kKept,
    kWithoutEncounter,  // not kept
    kSecond,            // not kept: the encounter has a claim
  };
  // Where a claim is from: the number of its file, and the row.
  struct Place {
    uint32_t file;
    uint64_t row;
  };
  // Keeps what `claim` says.
  Added Add(const simdjson::dom::object& claim, Place place);

  // The claims whose encounter `has_visit` does not know, in the order in which they were added.
  std::vector<Place> Lost(const std::function<bool(absl::string_view encounter)>& has_visit) const;

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
  struct Origin {
    uint32_t encounter;  // in encounters_
    Place place;
  };
  void AddSequences(const simdjson::dom::object& claim);

  TextTable encounters_;
  std::vector<Origin> origins_;               // of all claims that were kept
  std::vector<std::optional<Claim>> claims_;  // by number in encounters_; of a pharmacy's none
  TextTable words_;
  TextTable conditions_;
  std::vector<uint16_t> sequences_;  // by number in conditions_
};

}  // namespace blindlink::agent
