#pragma once

#include <filesystem>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "agent/clinical/release/extract_writer.h"
#include "agent/clinical/release/release_account.h"
#include "agent/clinical/release/release_manifest.h"
#include "agent/clinical/release/release_parts.h"
#include "agent/clinical/stages/stage_file.h"
#include "agent/risk/person_table.h"

namespace blindlink::agent {

// For the search of groups, of the persons that ReleaseCodes wrote: the plan's quasi-identifiers,
// then the sensitive columns of its targets. One row a person, in the order of their pseudonyms.
// INVALID_ARGUMENT if the plan names a column that no person has.
absl::StatusOr<PersonTable> PersonsToRecode(const v1::ReleasePlan& plan, StageReader* persons,
                                            const OnPersons& progress);

// The last stage of a release: writes the plan's data products under `folder`. `recoded` has the
// rows of PersonsToRecode and the columns of the table of persons. All products get their names at
// the end, or none does. Those that an interrupted run has completed are replaced by the same.
absl::StatusOr<std::vector<WrittenTable>> WriteExtracts(
    const ReleaseParts& parts, const std::filesystem::path& folder, StageReader* persons,
    const PersonTable& recoded, const ReleaseAccount& account, const ReleaseManifest& manifest,
    const OnPersons& progress);

}  // namespace blindlink::agent
