#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace blindlink::agent {

// The map files that say which record id a pseudonym of this site stands for: `named`, or all of
// the project in the state folder if that is empty. NOT_FOUND if there are none.
absl::StatusOr<std::vector<std::string>> SiteMaps(const std::string& project,
                                                  const std::string& state_folder,
                                                  const std::vector<std::string>& named);

// Record ids by pseudonym (32 hexadecimal digits), of the wanted pseudonyms (16 bytes each) alone;
// empty where no map has it. INVALID_ARGUMENT if a file is no map.
absl::StatusOr<std::map<std::string, std::string>> FindRecordIds(
    const std::vector<std::string>& maps, const std::vector<std::string>& wanted);

}  // namespace blindlink::agent
