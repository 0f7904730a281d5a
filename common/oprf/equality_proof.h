#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"
#include "common/base/secret_bytes.h"
#include "common/oprf/group.h"

namespace blindlink {

// RFC 9497, 2.2: a proof that one secret scalar made all evaluated elements of the blinded ones and
// the public key of the generator (discrete logarithms are equal). It tells nothing else of the
// scalar. Thread-safe.

// The scalars c and s.
using OprfProof = std::array<uint8_t, 2 * kOprfScalarSize>;
// More elements than this have no proof: their numbers take two bytes.
inline constexpr size_t kMostProvenElements = 65535;

// `nonce` is a RandomScalar, used once. Both lists must be elements, as many, and `evaluated` must
// be made by `key`.
OprfProof MakeEqualityProof(const SecretBytes& key, const OprfElement& public_key,
                            absl::Span<const OprfElement> blinded,
                            absl::Span<const OprfElement> evaluated, const SecretBytes& nonce);

// False for anything else, whatever the bytes are.
bool EqualityProofHolds(const OprfElement& public_key, absl::Span<const OprfElement> blinded,
                        absl::Span<const OprfElement> evaluated, const OprfProof& proof);

}  // namespace blindlink
