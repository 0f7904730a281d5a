#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "common/base/secret_bytes.h"

namespace blindlink {

// Signatures by Ed25519 (RFC 8032). Thread-safe.

inline constexpr size_t kEd25519KeySize = 32;  // of the seed, too
inline constexpr size_t kEd25519SignatureSize = 64;
using Ed25519PublicKey = std::array<uint8_t, kEd25519KeySize>;

// `seed`: kEd25519KeySize random bytes, the private key of the RFC.
Ed25519PublicKey Ed25519PublicKeyOf(const SecretBytes& seed);
std::string Ed25519Sign(const SecretBytes& seed, absl::string_view message);

// False also if the key or the signature has a wrong size.
bool Ed25519Verify(absl::Span<const uint8_t> public_key, absl::string_view message,
                   absl::string_view signature);

}  // namespace blindlink
