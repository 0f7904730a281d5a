#pragma once

#include <string>

#include "blindlink/v1/key_rotation_service.pb.h"
#include "blindlink/v1/project_service.pb.h"

namespace blindlink::resolver {

// Tells people what follows once `site` takes part in the project: what does not change, and what
// the site, the others and the coordinator have to do. `project` and `keys` are the project's,
// before or after it has joined.
std::string SiteJoinsText(const v1::ProjectInfo& project, const v1::ProjectKeys& keys,
                          const std::string& site);

// The same for a researcher.
std::string ResearcherJoinsText(const v1::ProjectInfo& project, const std::string& researcher);

// The parties that joined after the creation, a line for each; empty if none did.
std::string JoinedText(const v1::ProjectInfo& project);

}  // namespace blindlink::resolver
