#pragma once

#include "absl/status/status.h"
#include "agent/clinical/release/release_account.h"
#include "agent/clinical/release/release_parts.h"
#include "agent/clinical/stages/stage_file.h"

namespace blindlink::agent {

// The second stage of a release: masks dates and ids of the persons that RowIntake wrote, and
// leaves out codes that would tell the year or that are no codes. `out` gets one entry a person
// (masked_person.h), in the order of the pseudonyms. FAILED_PRECONDITION if the linkage run has
// none of the persons.
absl::Status MaskPersons(const ReleaseParts& parts, StageReader* rows, StageWriter* out,
                         ReleaseAccount* account, const OnPersons& progress);

}  // namespace blindlink::agent
