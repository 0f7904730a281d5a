#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace blindlink::researcher {

// The events of one person in a timeline (docs/formats/timeline.md) as a table for reading. Reads
// the file as far as that person. `entity`: 32 hexadecimal digits. INVALID_ARGUMENT if it is not,
// or the file is no timeline; NOT_FOUND if the timeline has no event of the person.
absl::StatusOr<std::string> PersonTable(const std::string& timeline_file,
                                        const std::string& entity);

}  // namespace blindlink::researcher
