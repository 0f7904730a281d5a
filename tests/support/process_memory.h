#pragma once

#include <sys/types.h>

#include <string>

namespace blindlink {

// Every byte that a process may write to, page after page; it is stopped meanwhile. What reads as
// zeros from end to end of a mebibyte is left out. Fails the test unless all of it could be read.
std::string MemoryOf(pid_t pid);

}  // namespace blindlink
