#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "blindlink/v1/project_service.pb.h"

namespace blindlink::resolver {

// The names of the match keys of the project's plan, by id. Empty if the plan cannot be read.
std::map<uint32_t, std::string> MatchKeyNames(const v1::ProjectInfo& project);
// Whether the project's plan has people review pairs.
bool HasReview(const v1::ProjectInfo& project);
// The name in `names`, or "match key <id>".
std::string NameIn(const std::map<uint32_t, std::string>& names, uint32_t id);

}  // namespace blindlink::resolver
