#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "agent/clinical/source/clinical_row.h"

namespace blindlink::agent {

// The names of code systems are those of CodeRule.code_system in release_plan.proto: ICD-10-CM,
// ICD-10-PCS, HCPCS, CPT, ICD-9-CM, ICD-9-PCS, MS-DRG, NDC, ATC, RxNorm, revenue; besides, ICD-10,
// SNOMED CT, LOINC and CVX. Pure functions, thread-safe.

// The system that a source names in `words`: a name in any spelling ("icd10cm"), PCORnet's DX_TYPE
// and PX_TYPE ("09", "10", "CH"), a FHIR system's URI, or an OID. `table` decides what ICD "9" and
// "10" mean. Empty for words that say that none is known (NI, UN, OT), and for PCORnet's CH, which
// is CPT or HCPCS. Other words are a site's own system and come back as they are.
std::string CodeSystemOf(absl::string_view words, ClinicalTable table);

// The system that `code` has the form of, for sources that name none. What ICD-9-CM and ICD-10-CM
// share (V10.1, E834) is read as `day` says: ICD-10-CM from October 2015 on. Empty if it has the
// form of none; text that is no code has none.
std::string CodeSystemByForm(absl::string_view code, ClinicalTable table, absl::CivilDay day);

// The system that a column's normalized header names (rxnorm, icd10cm), or empty.
absl::string_view CodeSystemOfHeader(absl::string_view header, ClinicalTable table);

// How well a system suits the table, for choosing one of several codings: less is better.
int RankOfSystem(absl::string_view system, ClinicalTable table);

}  // namespace blindlink::agent
