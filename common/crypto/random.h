#pragma once

#include <cstddef>

#include "common/base/secret_bytes.h"

namespace blindlink {

// `size` bytes from the system's cryptographic random generator. Thread-safe.
SecretBytes RandomBytes(size_t size);

}  // namespace blindlink
