#pragma once

#include <filesystem>

namespace blindlink {

// Has the kernel let go of what it keeps in memory of the file, after writing it to the disk. The
// kernel may not do so, on a file system in memory for instance.
void ForgetPages(const std::filesystem::path& file);

}  // namespace blindlink
