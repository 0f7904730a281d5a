#pragma once

#include <cstddef>
#include <filesystem>

namespace blindlink {

// Rewrites the token file `from` as `to` with at most so many records per block, as an agent with
// another block size would have made it. Aborts the test program on failure.
void Recut(const std::filesystem::path& from, size_t records, const std::filesystem::path& to);

}  // namespace blindlink
