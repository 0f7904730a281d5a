#pragma once

#include <functional>

#include "absl/status/status.h"
#include "agent/clinical/codes/code_survey.h"
#include "agent/clinical/release/release_account.h"
#include "agent/clinical/release/release_parts.h"
#include "agent/clinical/stages/stage_file.h"

namespace blindlink::agent {

// INVALID_ARGUMENT and FAILED_PRECONDITION as CodeGeneralizer::Create; INVALID_ARGUMENT if the plan
// releases codes and there is no code book. Call it before the first stage, so that a mistake costs
// no time.
absl::Status CheckCodeParts(const ReleaseParts& parts);

// Counts the codes of the persons that MaskPersons wrote.
absl::Status SurveyCodes(StageReader* masked, CodeSurveyor* surveyor, const OnPersons& progress);

// The third stage of a release: makes rare codes coarser. Reads what MaskPersons wrote twice, which
// is why it gets a function that opens it. `decide` is called with the work between both readings,
// which takes long and cannot be interrupted.
absl::Status ReleaseCodes(
    const ReleaseParts& parts,
    const std::function<absl::StatusOr<std::unique_ptr<StageReader>>()>& open_masked,
    StageWriter* out, ReleaseAccount* account, const OnPersons& progress,
    const std::function<void(const std::function<void()>& work)>& decide);

}  // namespace blindlink::agent
