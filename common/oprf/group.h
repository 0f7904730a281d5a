#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "common/base/secret_bytes.h"

namespace blindlink {

// The group ristretto255 (RFC 9496) and the hash functions of the suite ristretto255-SHA512 of RFC
// 9497 in mode VOPRF, by libsodium. Every function takes the same time for every secret.
// Thread-safe.

inline constexpr size_t kOprfElementSize = 32;
inline constexpr size_t kOprfScalarSize = 32;
// An element in its one encoding. Elements are public: a blinded one is random, whatever it hides.
using OprfElement = std::array<uint8_t, kOprfElementSize>;
// A number below the group's order, little-endian. Secret ones are in SecretBytes.
using OprfScalar = std::array<uint8_t, kOprfScalarSize>;
using OprfDigest = std::array<uint8_t, 64>;  // SHA-512

inline absl::string_view ViewOf(const OprfElement& element) {
  return {reinterpret_cast<const char*>(element.data()), element.size()};
}
inline absl::string_view ViewOf(const OprfDigest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

// "OPRFV1-", the mode VOPRF, "-ristretto255-SHA512".
std::string OprfContext();

// Of messages of any length; the digest of other text than a hash's input is the caller's matter.
OprfDigest Sha512Of(absl::string_view text);
// RFC 9497, 4.1. False for an input that hashes to the identity, which nobody can find.
bool HashToGroup(absl::string_view input, OprfElement* out);
OprfScalar HashToScalar(absl::string_view input);
// The same under another domain separation tag: `tag`, which the context follows.
SecretBytes HashToSecretScalar(absl::string_view input, absl::string_view tag);

// A random number from 1 to the order less 1.
SecretBytes RandomScalar();
// Whether these 32 bytes are a number from 1 to the order less 1, in its one encoding.
bool IsScalar(absl::Span<const uint8_t> bytes);
// Whether it is the encoding of an element other than the identity.
bool IsElement(const OprfElement& element);

// scalar * element and scalar * generator. False if `element` is no element, or the product is the
// identity.
bool Multiply(absl::Span<const uint8_t> scalar, const OprfElement& element, OprfElement* out);
bool MultiplyGenerator(absl::Span<const uint8_t> scalar, OprfElement* out);
// False if one is no element.
bool Add(const OprfElement& a, const OprfElement& b, OprfElement* out);
// 1 / scalar, which must not be 0. `out` has kOprfScalarSize bytes.
void Invert(absl::Span<const uint8_t> scalar, absl::Span<uint8_t> out);
// a - b * c.
OprfScalar SubtractProduct(absl::Span<const uint8_t> a, absl::Span<const uint8_t> b,
                           absl::Span<const uint8_t> c);

// Appends the length of `part` in two bytes, big-endian, and `part`; as RFC 9497 joins what it
// hashes.
void AppendPart(absl::string_view part, std::string* out);

}  // namespace blindlink
