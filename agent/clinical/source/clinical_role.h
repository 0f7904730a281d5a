#pragma once

#include <array>
#include <cstddef>
#include <optional>

#include "absl/strings/string_view.h"

namespace blindlink::agent {

// What a column of a clinical file means.
enum class ClinicalRole {
  kPerson,      // the site's own id of the person
  kPersonKey,   // a number that stands for that id in this folder alone (OMOP)
  kVisit,       // the site's own id of the visit
  kVisitKey,    // a number that stands for that id in this folder alone (OMOP)
  kVisitWords,  // an id or a kind of visit; its values tell (OMOP)
  kControlNumber,
  kSetting,
  kOtherSetting,  // used if kSetting says nothing
  kStart,
  kEnd,
  kProvider,
  kPayer,
  kAmount,
  kSeq,
  kDate,
  kName,
  kCode,
  kCodeOrName,  // "code|name", a code or a name (OMOP)
  kCodeSystem,
  kOtherSystem,  // used if kCodeSystem says nothing
  kCertainty,
  kSex,
  kOtherSex,  // used if kSex says nothing
  kBirth,
  kBirthYear,
  kBirthMonth,
  kBirthDay,
  kDeath,
  kZip,
  kPlace,      // names a row of the table of places (OMOP)
  kPreferred,  // "Y" marks the address that counts (PCORnet)
};
inline constexpr size_t kClinicalRoles = static_cast<size_t>(ClinicalRole::kPreferred) + 1;

inline constexpr std::array<absl::string_view, kClinicalRoles> kClinicalRoleNames = {
    "person",      "person_key",    "visit",     "visit_key",  "visit_words", "control_number",
    "setting",     "other_setting", "start",     "end",        "provider",    "payer",
    "amount",      "seq",           "date",      "name",       "code",        "code_or_name",
    "code_system", "other_system",  "certainty", "sex",        "other_sex",   "birth_date",
    "birth_year",  "birth_month",   "birth_day", "death_date", "zip",         "place",
    "preferred"};

inline absl::string_view NameOf(ClinicalRole role) {
  return kClinicalRoleNames[static_cast<size_t>(role)];
}

// "text" is another name of kName. Nullopt if there is no such role.
inline std::optional<ClinicalRole> FindClinicalRole(absl::string_view name) {
  if (name == "text") return ClinicalRole::kName;
  for (size_t i = 0; i < kClinicalRoles; ++i) {
    if (kClinicalRoleNames[i] == name) return static_cast<ClinicalRole>(i);
  }
  return std::nullopt;
}

}  // namespace blindlink::agent
