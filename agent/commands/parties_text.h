#pragma once

#include <cstdint>
#include <string>

#include "blindlink/v1/project_service.pb.h"

namespace blindlink::agent {

// Who takes part in the project, with the day on which a later party joined. Marks those that
// joined after `newest_commit` or within that second (Unix seconds; 0: nothing was committed yet):
// when this site sent its newest dataset, they were not there.
std::string PartiesText(const v1::ProjectInfo& project, int64_t newest_commit);

// Who joined the project after it was created, in a line; empty if nobody did.
std::string JoinedNote(const v1::ProjectInfo& project);

}  // namespace blindlink::agent
