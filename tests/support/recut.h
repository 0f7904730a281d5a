#pragma once

#include <cstddef>
#include <filesystem>

namespace blindlink {

// Writes the token file `from` again as `to` with at most so many records a block: what an agent
// with another block size would have made. Aborts the test program where that fails.
void Recut(const std::filesystem::path& from, size_t records, const std::filesystem::path& to);

}  // namespace blindlink
