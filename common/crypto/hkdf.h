#pragma once

#include <string_view>

#include "absl/types/span.h"
#include "common/base/secret_bytes.h"

namespace blindlink {

// HKDF-SHA-256 (RFC 5869), extract and expand. `size` at most 255 x 32 bytes.
SecretBytes HkdfSha256(absl::Span<const uint8_t> secret, std::string_view salt, std::string_view info,
                       size_t size);

}  // namespace blindlink
