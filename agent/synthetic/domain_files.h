#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "agent/synthetic/domain.h"
#include "agent/synthetic/synthesis_spec.h"

namespace blindlink::agent {

// The files beside a spec that name the values of columns. INVALID_ARGUMENT names file and line.

// One value a line.
absl::StatusOr<Domain> DomainOfList(const std::string& name, const std::string& path);
// "value;group;...;*": the values at `level`.
absl::StatusOr<Domain> DomainOfHierarchy(const std::string& name, const std::string& path,
                                         uint32_t level);
// "prefix;title".
absl::StatusOr<CodeGroups> ReadCodeGroups(const std::string& path);

}  // namespace blindlink::agent
