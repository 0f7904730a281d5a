#include "agent/input/fhir_patients_reader.h"

#include <algorithm>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/match.h"
#include "agent/input/fhir_text.h"
#include "common/base/status_macros.h"

namespace blindlink::agent {
namespace {

bool HasNul(const Row& row) {
  return std::any_of(row.cells.begin(), row.cells.end(),
                     [](const RowCell& cell) { return absl::StrContains(cell.text, '\0'); });
}

}  // namespace

FhirPatientsReader::FhirPatientsReader(std::unique_ptr<FhirDocuments> resources,
                                       absl::CivilDay today, RejectLog* rejects)
    : resources_(std::move(resources)),
      patient_(today, [this, rejects](absl::string_view element, const char* reason) {
        rejects->Add({resources_->number(), std::string(element), reason}, /*whole_row=*/false);
      }) {}

absl::StatusOr<std::unique_ptr<RowReader>> FhirPatientsReader::Open(InputBuffer buffer,
                                                                    absl::CivilDay today,
                                                                    RejectLog* rejects) {
  BL_ASSIGN_OR_RETURN(std::unique_ptr<FhirDocuments> resources,
                      FhirDocuments::Open(std::move(buffer), rejects));
  return absl::WrapUnique(new FhirPatientsReader(std::move(resources), today, rejects));
}

bool FhirPatientsReader::Recognizes(absl::string_view head) {
  return absl::StartsWith(head, "{") && absl::StrContains(head, "\"resourceType\"");
}

absl::StatusOr<bool> FhirPatientsReader::Next(Row* row) {
  simdjson::dom::object resource;
  while (true) {
    BL_ASSIGN_OR_RETURN(const bool more, resources_->Next(&resource));
    if (!more) return false;
    if (FhirText(resource, {"/resourceType"}) != "Patient") continue;
    row->number = resources_->number();
    cells_.Clear();
    patient_.Read(resource, &cells_);
    cells_.ShowIn(row);
    if (!HasNul(*row)) {
      ++patients_;
      return true;
    }
    resources_->Reject("nul-byte");
  }
}

}  // namespace blindlink::agent
