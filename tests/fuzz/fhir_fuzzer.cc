// Any bytes as FHIR NDJSON of each kind of resource: every line gives rows whose texts are UTF-8
// without NUL and whose person is known, or is rejected and counted.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "absl/status/status.h"
#include "agent/clinical/source/fhir_reader.h"
#include "common/csv/text_check.h"

namespace {

using namespace blindlink;         // NOLINT(google-build-using-namespace)
using namespace blindlink::agent;  // NOLINT(google-build-using-namespace)

void Check(const ClinicalRow& row) {
  if (row.person.empty()) abort();
  if (row.table != ClinicalTable::kPersons && !row.start.has_value()) abort();
  if (row.end.has_value() && *row.end < *row.start) abort();
  for (const std::string* text : {&row.person, &row.visit, &row.code, &row.code_system, &row.name,
                                  &row.control_number, &row.provider, &row.payer, &row.zip}) {
    if (WhyNotUsable(*text) != nullptr) abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  RowGate gate([](const ClinicalRow& row) {
    Check(row);
    return absl::OkStatus();
  });
  ClinicalRejects rejects;
  ReadingContext context{gate, rejects, DateOrder::kMonthDayYear,
                         [](double) { return absl::OkStatus(); }};
  FhirClaims claims;
  uint64_t rows = 0;
  uint64_t used = 0;
  for (const char* type : {"Patient", "Claim", "Encounter", "Condition", "Procedure",
                           "MedicationRequest", "Coverage"}) {
    ClinicalFile file;
    file.name = type;
    file.layout = FhirReader::LayoutOf(type);
    FhirReader reader(&file, &context, &claims, "");
    const std::string content(reinterpret_cast<const char*>(data), size);
    const absl::Status read = reader.ReadAllFrom(MakeMemorySource(content));
    // A text in UTF-16 may be broken as a whole; everything else is a matter of its rows.
    if (absl::IsInvalidArgument(read)) return 0;
    if (!read.ok()) abort();
    rows += file.rows;
    used += file.used;
  }
  if (rows != used + rejects.rejected_rows()) abort();
  return 0;
}
