#pragma once

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "common/base/secret_bytes.h"

namespace blindlink {

// HKDF-SHA-256 (RFC 5869), extract and expand. `size` is at most 255 x 32 bytes. Thread-safe.
SecretBytes HkdfSha256(absl::Span<const uint8_t> secret, absl::string_view salt,
                       absl::string_view info, size_t size);

}  // namespace blindlink
