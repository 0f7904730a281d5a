#pragma once

#include <filesystem>
#include <optional>

#include "absl/status/status.h"
#include "agent/clinical/codes/code_check.h"
#include "agent/clinical/release/diagnosis_standard.h"
#include "agent/clinical/release/release_account.h"
#include "agent/clinical/release/release_parts.h"
#include "agent/clinical/sort/person_grouper.h"
#include "agent/clinical/source/clinical_row.h"
#include "agent/clinical/stages/stage_file.h"

namespace blindlink::agent {

// The first stage of a release: checks codes, standardizes names of diseases, and brings the rows
// of the source into the order of the persons. Not thread-safe.
class RowIntake {
 public:
  // `scratch`: for nameless, enciphered temporary files. `parts` must outlive it.
  RowIntake(const ReleaseParts& parts, const std::filesystem::path& scratch);

  // The next row of the source. Errors are those of SortedSpool.
  absl::Status Take(const ClinicalRow& row);
  // Call it once, after the last row: `out` gets one entry a person.
  absl::Status Finish(StageWriter* out, ReleaseAccount* account, const OnPersons& progress);

 private:
  const ReleaseParts& parts_;
  DiagnosisStandard diagnoses_;
  std::optional<CodeCheck> check_;
  PersonGrouper grouper_;
  uint64_t rows_ = 0;
};

}  // namespace blindlink::agent
