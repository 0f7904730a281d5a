#include "agent/clinical/source/fhir_claims.h"

#include <algorithm>
#include <limits>

#include "agent/clinical/source/fhir_values.h"

namespace blindlink::agent {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

bool IsOfPharmacy(const object& claim) {
  return FhirText(claim, {"/type/coding/0/code"}) == "pharmacy";
}

}  // namespace

void FhirClaims::Describe(const object& claim, ClinicalRow* visit) {
  visit->control_number = std::string(FhirText(claim, {"/identifier/0/value"}));
  visit->provider = std::string(FhirText(claim, {"/provider/display", "/provider/reference"}));
  visit->payer = FhirPayer(claim, {"/insurance/0/coverage", "/insurer"});
  visit->amount = FhirAmount(claim, "/total/value");
}

FhirClaims::Added FhirClaims::Add(const object& claim, Place place) {
  const absl::string_view encounter = FhirReference(
      claim, {"/item/0/encounter/0/reference", "/encounter/0/reference", "/encounter/reference"});
  if (encounter.empty()) return Added::kWithoutEncounter;
  const uint32_t number = encounters_.Add(encounter).first;
  claims_.resize(encounters_.size());
  const bool of_pharmacy = IsOfPharmacy(claim);
  if (!of_pharmacy && claims_[number].has_value()) return Added::kSecond;
  origins_.push_back({number, place});
  AddSequences(claim);
  if (of_pharmacy) return Added::kKept;
  ClinicalRow said;
  Describe(claim, &said);
  claims_[number] = Claim{words_.Add(said.control_number).first, words_.Add(said.provider).first,
                          words_.Add(said.payer).first, words_.Add(said.amount).first};
  return Added::kKept;
}

std::vector<FhirClaims::Place> FhirClaims::Lost(
    const std::function<bool(absl::string_view encounter)>& has_visit) const {
  std::vector<Place> lost;
  for (const Origin& each : origins_) {
    if (!has_visit(encounters_.Text(each.encounter))) lost.push_back(each.place);
  }
  return lost;
}

void FhirClaims::AddSequences(const object& claim) {
  array diagnoses;
  if (claim.at_key("diagnosis").get_array().get(diagnoses) != simdjson::SUCCESS) return;
  for (const element each : diagnoses) {
    object diagnosis;
    uint64_t sequence = 0;
    if (each.get_object().get(diagnosis) != simdjson::SUCCESS) continue;
    if (diagnosis.at_key("sequence").get_uint64().get(sequence) != simdjson::SUCCESS) continue;
    const absl::string_view condition = FhirReference(diagnosis, {"/diagnosisReference/reference"});
    if (condition.empty() || !conditions_.Add(condition).second) continue;
    sequences_.push_back(
        static_cast<uint16_t>(std::min<uint64_t>(sequence, std::numeric_limits<uint16_t>::max())));
  }
}

void FhirClaims::Complete(absl::string_view encounter, ClinicalRow* visit) const {
  const uint32_t number = encounters_.Find(encounter);
  if (number == TextTable::kNone || !claims_[number].has_value()) return;
  const Claim& claim = *claims_[number];
  visit->control_number = std::string(words_.Text(claim.control_number));
  visit->payer = std::string(words_.Text(claim.payer));
  visit->amount = std::string(words_.Text(claim.amount));
  if (const absl::string_view provider = words_.Text(claim.provider); !provider.empty()) {
    visit->provider = std::string(provider);
  }
}

uint32_t FhirClaims::SequenceOf(absl::string_view condition) const {
  const uint32_t number = conditions_.Find(condition);
  return number == TextTable::kNone ? 0 : sequences_[number];
}

}  // namespace blindlink::agent
