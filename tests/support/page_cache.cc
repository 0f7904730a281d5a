#include "tests/support/page_cache.h"

#include <fcntl.h>
#include <unistd.h>

namespace blindlink {

void ForgetPages(const std::filesystem::path& file) {
  const int descriptor = open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return;
  fsync(descriptor);
  posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED);
  close(descriptor);
}

}  // namespace blindlink
