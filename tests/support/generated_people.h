#pragma once

#include <string>

namespace blindlink {

// A CSV of invented people, the same for the same arguments: record ids first, first + 1, ... with
// every field of the us-default plan. Two calls with overlapping ranges describe the same people in
// the overlap, but one in twenty of them has a mistyped street in the `second` file.
std::string GeneratedPeople(int first, int count, bool second = false);

}  // namespace blindlink
