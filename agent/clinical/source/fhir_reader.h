#pragma once

#include <initializer_list>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "agent/clinical/source/clinical_file.h"
#include "agent/clinical/source/fhir_claims.h"
#include "agent/input/json_objects.h"
#include "common/csv/byte_source.h"

namespace blindlink::agent {

// Reads one NDJSON file of a FHIR R4 bulk export: Patient, Claim, Encounter, Condition, Procedure,
// MedicationRequest, -Dispense, -Administration, -Statement, or Coverage. Resources of another type
// than the file's first are rejected as another-resource, those marked entered-in-error as
// entered-in-error, conditions that were refuted as refuted, what was not done, only planned or not
// billed as not-done, planned or not-billed, and a second claim of an encounter as second-claim.
// Not thread-safe.
class FhirReader {
 public:
  // All must outlive it. `person_system`: of the identifier that is the person's id
  // (fhir_values.h).
  FhirReader(ClinicalFile* file, ReadingContext* context, FhirClaims* claims,
             std::string person_system);

  // As TabularReader::ReadAll.
  absl::Status ReadAll();
  // The same, of bytes from elsewhere than the file.
  absl::Status ReadAllFrom(std::unique_ptr<ByteSource> bytes);

  // The layout of a type of resource; that of "another resource" if it is not read.
  static const Layout* LayoutOf(absl::string_view type);
  // The layout of the file's first resource; null if the file is no FHIR. `file` is its path.
  static absl::StatusOr<const Layout*> Recognize(const std::string& path);

 private:
  absl::Status Use(const simdjson::dom::object& resource);
  // Each makes a row of a resource. False if it was rejected.
  bool MakePatient(const simdjson::dom::object& patient, ClinicalRow* row);
  bool MakeEncounter(const simdjson::dom::object& encounter, ClinicalRow* row);
  bool MakeClaim(const simdjson::dom::object& claim, ClinicalRow* row);
  bool MakeEvent(const simdjson::dom::object& resource, ClinicalRow* row);
  bool MakeCoverage(const simdjson::dom::object& coverage, ClinicalRow* row);

  // Reads the verification status. False, and rejected, if it says that there is no such disease.
  bool ReadCertainty(const simdjson::dom::object& condition, ClinicalRow* row);
  // Keeps what a claim says of its encounter, or rejects it. False if it has no encounter.
  bool KeepClaim(const simdjson::dom::object& claim);
  // As SettingOf; what is not known is rejected and empty.
  std::string SettingOfElement(absl::string_view element, absl::string_view words);
  // Reads the day at the first of `pointers` that has a text. False, and rejected, if it is none.
  bool ReadDayAt(const simdjson::dom::object& resource,
                 std::initializer_list<absl::string_view> pointers,
                 std::optional<absl::CivilDay>* day);
  std::string PersonAt(const simdjson::dom::object& resource,
                       std::initializer_list<absl::string_view> pointers) const;
  void Reject(absl::string_view element, const char* reason, bool whole_row = true);

  ClinicalFile& file_;
  ReadingContext& context_;
  FhirClaims& claims_;
  const std::string person_system_;
  FileRejects rejects_;
  uint64_t number_ = 0;
};

}  // namespace blindlink::agent
