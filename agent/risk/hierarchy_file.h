#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "agent/risk/hierarchy.h"

namespace blindlink::agent {

// Reads a hierarchy: one line per value, "value;group;larger group;...;*", without header, all
// lines of equal length; delimiter and compression as in delimited_file.h. INVALID_ARGUMENT, with
// file, line and column, for a value that occurs twice with different groups, an empty group, a
// group with two larger groups, groups that hold each other, lines of unequal length, and no line
// at all.
absl::StatusOr<Hierarchy> ReadHierarchy(const std::string& path);

}  // namespace blindlink::agent
