#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace blindlink {

// The version of this release, the same in all three programs; set in the top CMakeLists.txt.
absl::string_view Version();

// Tells this program's file from every other of the same version: the first 16 hexadecimal digits
// of the build id that the linker made of its content (`file` and `readelf -n` show all of it). The
// same sources, compiler and libraries give the same. Empty if the linker made none.
std::string Build();

// "NAME 0.1.0 (build 0123456789abcdef)", for --version and for the summaries that a program writes.
std::string ProgramAndVersion(absl::string_view name);

}  // namespace blindlink
