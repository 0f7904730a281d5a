#pragma once

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace blindlink::agent {

// What the words and codes of the shapes mean in a ClinicalRow. Pure functions, thread-safe.

// ClinicalRow.setting: PCORnet's ENC_TYPE, OMOP's visit concepts, FHIR's class codes (ActCode),
// Synthea's encounter classes, or a word. Empty if it says nothing (NI, UN, OT, 0). Nullopt for
// words that are not known, which could name a ward or a person.
std::optional<std::string> SettingOf(absl::string_view words);

// The same for the two digits of NCH_CLM_TYPE_CD in Medicare's claims.
std::string SettingOfClaimType(absl::string_view code);

// M, F, O, or empty: letters, words, ISO 5218 (1 and 2; its 0 and 9 are empty), OMOP's concepts.
std::string SexOf(absl::string_view words);

// What CertaintyOf gives for words that say that the person does not have the disease.
inline constexpr absl::string_view kRefuted = "refuted";

// suspected, history, family, kRefuted, or empty for a definite disease and for no words. Knows the
// codes of FHIR's verification status, SNOMED CT's of finding contexts, and the marks of German
// claims (G, V, Z, A). Nullopt for words that are not known.
std::optional<std::string> CertaintyOf(absl::string_view words);

}  // namespace blindlink::agent
