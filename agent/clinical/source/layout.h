#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "agent/clinical/source/clinical_role.h"
#include "agent/clinical/source/clinical_row.h"

namespace blindlink::agent {

// The shapes in which clinical data are kept.
enum class ClinicalShape {
  kCsv,      // a site's own tables, recognized by file name and common headers
  kPcornet,  // PCORnet Common Data Model, v5 to v6.1
  kOmop,     // OMOP Common Data Model, v5
  kSynthea,  // Synthea's own CSV
  kRif,      // CMS Research Identifiable Files
  kFhir,     // FHIR R4, newline-delimited JSON
};
absl::string_view NameOf(ClinicalShape shape);

// What a file gives. The first six are the tables, in the same order.
enum class ClinicalPart {
  kPersons,
  kVisits,
  kDiagnoses,
  kProcedures,
  kDrugs,
  kEnrolment,
  kDeaths,     // days of death, by person
  kAddresses,  // addresses, by person
  kPlaces,     // addresses, by place
  kClaims,     // RIF: visits with their diagnoses and procedures. FHIR: what payers know of visits
  kNothing,    // known, but nothing in it is used
};
absl::string_view NameOf(ClinicalPart part);
inline ClinicalPart PartOf(ClinicalTable table) { return static_cast<ClinicalPart>(table); }
inline std::optional<ClinicalTable> TableOf(ClinicalPart part) {
  if (part > ClinicalPart::kEnrolment) return std::nullopt;
  return static_cast<ClinicalTable>(part);
}

// Headers are compared as NormalizeHeader (agent/input/column_roles.h) leaves them.
struct RoleHeaders {
  ClinicalRole role;
  std::vector<absl::string_view> headers;  // the first that a file has is taken
};
struct FurtherHeaders {
  absl::string_view name;  // in ClinicalRow.further
  std::vector<absl::string_view> headers;
};

// How a shape writes one of its tables.
struct Layout {
  ClinicalShape shape;
  absl::string_view name;  // what the shape calls it
  ClinicalPart part;
  std::vector<absl::string_view> signature;  // a file with all of these headers is this table
  std::vector<RoleHeaders> columns;
  std::vector<FurtherHeaders> further = {};
};

// Every layout with a signature; several of one shape may fit a file, and the first does.
const std::vector<Layout>& SignedLayouts();
// The tables of a site's own CSV, in the order of ClinicalTable; they have no signature.
const std::vector<Layout>& CsvLayouts();

// The signed layout that a file with these normalized headers has; null if none.
const Layout* FindSignedLayout(absl::Span<const std::string> headers);

// The tables that the name of a file speaks of ("claims_2019.csv.gz"), likeliest first.
std::vector<ClinicalTable> TablesNamedBy(absl::string_view file_name);

}  // namespace blindlink::agent
