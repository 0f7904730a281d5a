#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "common/base/secret_bytes.h"

namespace blindlink {

// Hybrid public key encryption (RFC 9180): DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM, in
// base mode, one message for each sender context. Base mode does not say who sealed a message: sign
// it (ed25519.h). Thread-safe.

inline constexpr size_t kHpkeKeySize = 32;
using HpkePublicKey = std::array<uint8_t, kHpkeKeySize>;

// Any kHpkeKeySize random bytes are a private key.
HpkePublicKey HpkePublicKeyOf(const SecretBytes& private_key);

struct HpkeMessage {
  std::string encapsulated;  // kHpkeKeySize bytes: "enc" of the RFC
  std::string sealed;        // 16 bytes more than what was sealed
};

// INVALID_ARGUMENT if `recipient` is no usable public key.
absl::StatusOr<HpkeMessage> HpkeSeal(absl::Span<const uint8_t> recipient, absl::string_view info,
                                     absl::string_view aad, const SecretBytes& text);
// The same with the ephemeral private key `seed`, for test vectors only: whoever knows the seed can
// open the message.
absl::StatusOr<HpkeMessage> HpkeSealWithSeed(absl::Span<const uint8_t> recipient,
                                             absl::string_view info, absl::string_view aad,
                                             const SecretBytes& text, const SecretBytes& seed);

// INVALID_ARGUMENT if the message was not sealed to this key with this info and aad, or was
// changed.
absl::StatusOr<SecretBytes> HpkeOpen(const SecretBytes& private_key, const HpkeMessage& message,
                                     absl::string_view info, absl::string_view aad);

}  // namespace blindlink
