#pragma once

#include <initializer_list>

#include "absl/strings/string_view.h"
#include "simdjson.h"

namespace blindlink::agent {

// Texts of FHIR resources that identities and clinical data have in common. Views are valid as long
// as the object that they are from. Pure, thread-safe.

// The text at the first of `pointers` (JSON pointers, "/period/start") that has one, without blanks
// at either end; empty if none has.
absl::string_view FhirText(const simdjson::dom::object& object,
                           std::initializer_list<absl::string_view> pointers);

// Patient.identifier that is the person's number at the site: of `system` if that is not empty,
// else the one of type MR (medical record), else the first that is not of a known other type or
// system (social security, passport, driver's licence, tax, NHS number), else Patient.id.
absl::string_view FhirPersonId(const simdjson::dom::object& patient, absl::string_view system);

}  // namespace blindlink::agent
