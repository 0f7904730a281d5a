#include "common/base/die.h"

#include <cstdio>
#include <cstdlib>

namespace blindlink {

void Die(absl::string_view reason) {
  fprintf(stderr, "blindlink: fatal: %.*s\n", static_cast<int>(reason.size()), reason.data());
  std::abort();
}

}  // namespace blindlink
