#pragma once

#include <filesystem>
#include <vector>

namespace blindlink::resolver {

// The share of the bytes of `files`, from 0 to 1, that the kernel has in memory (mincore(2)),
// judged by samples spread evenly over all of them: within a few hundredths, in about a millisecond
// however large they are. 0 if there are no bytes, or the kernel does not tell. Reads nothing.
// Thread-safe.
double ResidentShare(const std::vector<std::filesystem::path>& files);

}  // namespace blindlink::resolver
