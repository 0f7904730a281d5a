#include "common/crypto/sha256.h"

#include <openssl/sha.h>

#include <new>

namespace blindlink {
namespace {
SHA256_CTX* Context(unsigned char* state) {
  return std::launder(reinterpret_cast<SHA256_CTX*>(state));
}
}  // namespace

Sha256::Sha256() {
  static_assert(sizeof(state_) >= sizeof(SHA256_CTX) && alignof(SHA256_CTX) <= 8);
  SHA256_Init(new (state_) SHA256_CTX);
}

void Sha256::Update(absl::string_view data) {
  SHA256_Update(Context(state_), data.data(), data.size());
}

Sha256Digest Sha256::Finish() {
  Sha256Digest digest;
  SHA256_Final(digest.data(), Context(state_));
  return digest;
}

Sha256Digest Sha256Of(absl::string_view data) {
  Sha256 hash;
  hash.Update(data);
  return hash.Finish();
}

}  // namespace blindlink
