#pragma once

#include <initializer_list>
#include <string>

#include "absl/strings/string_view.h"
#include "agent/clinical/source/clinical_row.h"
#include "agent/input/fhir_text.h"
#include "simdjson.h"

namespace blindlink::agent {

// Values of FHIR resources. Views are valid as long as the object that they are from. Pure,
// thread-safe.

// The id that a reference ends in: "Patient/p1", "https://server/fhir/Patient/p1/_history/2",
// "urn:uuid:p1" and "#p1" give p1.
absl::string_view FhirReferenceId(absl::string_view reference);

// The id of the reference at the first of `pointers` that has one.
absl::string_view FhirReference(const simdjson::dom::object& object,
                                std::initializer_list<absl::string_view> pointers);

struct FhirConcept {
  std::string code;
  std::string code_system;
  std::string text;  // or what the coding shows, if there is no text
};

// The CodeableConcept at the first of `pointers` that is one. Of several codings, that of the
// system that suits the table best (code_system.h), else the first.
FhirConcept ReadFhirConcept(const simdjson::dom::object& object,
                            std::initializer_list<absl::string_view> pointers, ClinicalTable table);

// Who pays: what the first of the references at `pointers` that has a text shows for people. Never
// the reference itself, which names a member or a patient, and nothing of a reference to a person.
std::string FhirPayer(const simdjson::dom::object& object,
                      std::initializer_list<absl::string_view> pointers);

// A number at `pointer` as AmountOf writes it; empty if there is none.
std::string FhirAmount(const simdjson::dom::object& object, absl::string_view pointer);

// The text of the extension of US Core's patients ("us-core-race", "us-core-ethnicity").
absl::string_view FhirUsCoreText(const simdjson::dom::object& patient, absl::string_view name);

}  // namespace blindlink::agent
