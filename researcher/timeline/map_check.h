#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "researcher/timeline/extract.h"

namespace blindlink::researcher {

// Compares the entity map with the manifest beside it (docs/formats/result_files.md) and with the
// extracts: FAILED_PRECONDITION if it is of another project or run, or the run had another dataset
// of a site; INVALID_ARGUMENT if the file is damaged or no entity map. Without a manifest nothing
// can be compared: adds a warning.
absl::Status CheckEntityMap(const std::string& path, const std::vector<Extract>& extracts,
                            std::vector<std::string>* warnings);

}  // namespace blindlink::researcher
