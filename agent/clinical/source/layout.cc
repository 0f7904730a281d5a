#include "agent/clinical/source/layout.h"

#include <algorithm>
#include <array>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"

namespace blindlink::agent {

absl::string_view NameOf(ClinicalShape shape) {
  static constexpr absl::string_view kNames[] = {"CSV",         "PCORnet CDM", "OMOP CDM",
                                                 "Synthea CSV", "CMS RIF",     "FHIR R4"};
  return kNames[static_cast<size_t>(shape)];
}

absl::string_view NameOf(ClinicalPart part) {
  static constexpr absl::string_view kNames[] = {"deaths", "addresses", "places", "claims",
                                                 "nothing"};
  const std::optional<ClinicalTable> table = TableOf(part);
  if (table.has_value()) return NameOf(*table);
  return kNames[static_cast<size_t>(part) - static_cast<size_t>(ClinicalPart::kDeaths)];
}

const Layout* FindSignedLayout(absl::Span<const std::string> headers) {
  for (const Layout& layout : SignedLayouts()) {
    const bool all = std::all_of(
        layout.signature.begin(), layout.signature.end(), [headers](absl::string_view header) {
          return std::find(headers.begin(), headers.end(), header) != headers.end();
        });
    if (all) return &layout;
  }
  return nullptr;
}

std::vector<ClinicalTable> TablesNamedBy(absl::string_view file_name) {
  struct Word {
    absl::string_view word;
    ClinicalTable table;
  };
  // What a row holds comes before what it belongs to: claims_diagnoses.csv has diagnoses.
  static constexpr Word kWords[] = {
      {"diagnos", ClinicalTable::kDiagnoses},  {"condition", ClinicalTable::kDiagnoses},
      {"disease", ClinicalTable::kDiagnoses},  {"problem", ClinicalTable::kDiagnoses},
      {"proced", ClinicalTable::kProcedures},  {"operation", ClinicalTable::kProcedures},
      {"surger", ClinicalTable::kProcedures},  {"drug", ClinicalTable::kDrugs},
      {"medication", ClinicalTable::kDrugs},   {"medicine", ClinicalTable::kDrugs},
      {"prescri", ClinicalTable::kDrugs},      {"dispens", ClinicalTable::kDrugs},
      {"enrol", ClinicalTable::kEnrolment},    {"eligib", ClinicalTable::kEnrolment},
      {"coverage", ClinicalTable::kEnrolment}, {"person", ClinicalTable::kPersons},
      {"patient", ClinicalTable::kPersons},    {"member", ClinicalTable::kPersons},
      {"demograph", ClinicalTable::kPersons},  {"claim", ClinicalTable::kVisits},
      {"visit", ClinicalTable::kVisits},       {"encounter", ClinicalTable::kVisits},
      {"admission", ClinicalTable::kVisits},   {"stay", ClinicalTable::kVisits},
      {"receipt", ClinicalTable::kVisits},
  };
  const std::string name = absl::AsciiStrToLower(file_name);
  std::vector<ClinicalTable> tables;
  for (const Word& word : kWords) {
    const bool listed = std::find(tables.begin(), tables.end(), word.table) != tables.end();
    if (!listed && absl::StrContains(name, word.word)) tables.push_back(word.table);
  }
  return tables;
}

}  // namespace blindlink::agent
