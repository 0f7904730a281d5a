#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "agent/input/fhir_documents.h"
#include "agent/input/fhir_patient.h"
#include "agent/input/reject_log.h"
#include "agent/input/row_cells.h"
#include "agent/input/row_reader.h"
#include "common/csv/input_buffer.h"

namespace blindlink::agent {

// Reads the Patient resources of a file: one row for each, whose number is that of the resource in
// the file, counting all of them (in NDJSON, that of its line among those that are not blank).
// Other resources are no rows. What a resource gives is in fhir_patient.h, what files there are and
// how resources are rejected in fhir_documents.h.
class FhirPatientsReader : public RowReader {
 public:
  // `buffer` has begun its text. `rejects` must outlive the reader.
  static absl::StatusOr<std::unique_ptr<RowReader>> Open(InputBuffer buffer, absl::CivilDay today,
                                                         RejectLog* rejects);

  // Whether a file that begins with `head` has FHIR resources.
  static bool Recognizes(absl::string_view head);

  const std::vector<std::string>& columns() const override { return cells_.columns(); }
  absl::StatusOr<bool> Next(Row* row) override;
  uint64_t rows_read() const override { return patients_ + resources_->rejected(); }
  double ShareRead() const override { return resources_->ShareRead(); }

 private:
  FhirPatientsReader(std::unique_ptr<FhirDocuments> resources, absl::CivilDay today,
                     RejectLog* rejects);

  const std::unique_ptr<FhirDocuments> resources_;
  const FhirPatient patient_;
  RowCells cells_;
  uint64_t patients_ = 0;
};

}  // namespace blindlink::agent
