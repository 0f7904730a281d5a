#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace blindlink::agent {

// What the words and codes of the shapes mean in a ClinicalRow. Pure functions, thread-safe.

// ClinicalRow.setting: PCORnet's ENC_TYPE, OMOP's visit concepts, FHIR's class codes (ActCode),
// Synthea's encounter classes, or a word. Empty if it says nothing (NI, UN, OT, 0); a word that is
// not known comes back in lower case.
std::string SettingOf(absl::string_view words);

// The same for the two digits of NCH_CLM_TYPE_CD in Medicare's claims.
std::string SettingOfClaimType(absl::string_view code);

// M, F, O, or empty: letters, words, ISO 5218 (1, 2, 9), OMOP's concepts.
std::string SexOf(absl::string_view words);

// suspected, history, family, or empty for definite and unknown words.
std::string CertaintyOf(absl::string_view words);

// A decimal number with two or more places: 875.9 -> "875.90", "$1,234" -> "1234.00". Empty if
// `text` is empty or no number; only of the latter `*ok` is false.
std::string AmountOf(absl::string_view text, bool* ok);

}  // namespace blindlink::agent
