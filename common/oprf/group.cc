#include "common/oprf/group.h"

#include <sodium.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/base/die.h"

namespace blindlink {
namespace {

static_assert(crypto_core_ristretto255_BYTES == kOprfElementSize);
static_assert(crypto_core_ristretto255_SCALARBYTES == kOprfScalarSize);
static_assert(crypto_core_ristretto255_HASHBYTES == std::tuple_size_v<OprfDigest>);
static_assert(crypto_core_ristretto255_NONREDUCEDSCALARBYTES == std::tuple_size_v<OprfDigest>);

constexpr char kMode = 0x01;        // VOPRF
constexpr size_t kBlockSize = 128;  // of SHA-512

void StartSodium() {
  static const bool kReady = sodium_init() >= 0;
  if (!kReady) Die("libsodium cannot start: the system gives no random numbers");
}

// expand_message_xmd of RFC 9380, 5.3.1, with SHA-512 and a length of 64 bytes, which is that of
// one digest.
OprfDigest ExpandMessage(absl::string_view message, absl::string_view tag) {
  const std::string tag_and_length =
      absl::StrCat(tag, std::string(1, static_cast<char>(tag.size())));
  std::string text(kBlockSize, '\0');
  absl::StrAppend(&text, message, std::string({'\0', 64, '\0'}), tag_and_length);
  const OprfDigest first = Sha512Of(text);
  WipeMemory(text.data(), text.size());
  return Sha512Of(absl::StrCat(ViewOf(first), "\x01", tag_and_length));
}

}  // namespace

std::string OprfContext() {
  return absl::StrCat("OPRFV1-", std::string(1, kMode), "-ristretto255-SHA512");
}

OprfDigest Sha512Of(absl::string_view text) {
  StartSodium();
  OprfDigest digest;
  crypto_hash_sha512(digest.data(), reinterpret_cast<const unsigned char*>(text.data()),
                     text.size());
  return digest;
}

bool HashToGroup(absl::string_view input, OprfElement* out) {
  static const std::string kTag = absl::StrCat("HashToGroup-", OprfContext());
  const OprfDigest uniform = ExpandMessage(input, kTag);
  return crypto_core_ristretto255_from_hash(out->data(), uniform.data()) == 0 && IsElement(*out);
}

OprfScalar HashToScalar(absl::string_view input) {
  static const std::string kTag = absl::StrCat("HashToScalar-", OprfContext());
  const OprfDigest uniform = ExpandMessage(input, kTag);
  OprfScalar scalar;
  crypto_core_ristretto255_scalar_reduce(scalar.data(), uniform.data());
  return scalar;
}

SecretBytes HashToSecretScalar(absl::string_view input, absl::string_view tag) {
  OprfDigest uniform = ExpandMessage(input, absl::StrCat(tag, OprfContext()));
  SecretBytes scalar = SecretBytes::OfSize(kOprfScalarSize);
  crypto_core_ristretto255_scalar_reduce(scalar.RevealForWriting().data(), uniform.data());
  WipeMemory(uniform.data(), uniform.size());
  return scalar;
}

SecretBytes RandomScalar() {
  StartSodium();
  SecretBytes scalar = SecretBytes::OfSize(kOprfScalarSize);
  crypto_core_ristretto255_scalar_random(scalar.RevealForWriting().data());
  return scalar;
}

bool IsScalar(absl::Span<const uint8_t> bytes) {
  if (bytes.size() != kOprfScalarSize) return false;
  OprfDigest wide{};
  std::copy(bytes.begin(), bytes.end(), wide.begin());
  OprfScalar reduced;
  crypto_core_ristretto255_scalar_reduce(reduced.data(), wide.data());
  const bool canonical = sodium_memcmp(reduced.data(), bytes.data(), reduced.size()) == 0;
  const bool zero = sodium_is_zero(reduced.data(), reduced.size()) != 0;
  WipeMemory(wide.data(), wide.size());
  WipeMemory(reduced.data(), reduced.size());
  return canonical && !zero;
}

bool IsElement(const OprfElement& element) {
  return crypto_core_ristretto255_is_valid_point(element.data()) == 1 &&
         sodium_is_zero(element.data(), element.size()) == 0;
}

bool Multiply(absl::Span<const uint8_t> scalar, const OprfElement& element, OprfElement* out) {
  return crypto_scalarmult_ristretto255(out->data(), scalar.data(), element.data()) == 0;
}

bool MultiplyGenerator(absl::Span<const uint8_t> scalar, OprfElement* out) {
  return crypto_scalarmult_ristretto255_base(out->data(), scalar.data()) == 0;
}

bool Add(const OprfElement& a, const OprfElement& b, OprfElement* out) {
  return crypto_core_ristretto255_add(out->data(), a.data(), b.data()) == 0;
}

void Invert(absl::Span<const uint8_t> scalar, absl::Span<uint8_t> out) {
  if (crypto_core_ristretto255_scalar_invert(out.data(), scalar.data()) != 0) {
    Die("the inverse of zero");
  }
}

OprfScalar SubtractProduct(absl::Span<const uint8_t> a, absl::Span<const uint8_t> b,
                           absl::Span<const uint8_t> c) {
  OprfScalar product;
  OprfScalar difference;
  crypto_core_ristretto255_scalar_mul(product.data(), b.data(), c.data());
  crypto_core_ristretto255_scalar_sub(difference.data(), a.data(), product.data());
  WipeMemory(product.data(), product.size());
  return difference;
}

void AppendPart(absl::string_view part, std::string* out) {
  out->push_back(static_cast<char>(part.size() >> 8));
  out->push_back(static_cast<char>(part.size()));
  out->append(part.data(), part.size());
}

}  // namespace blindlink
