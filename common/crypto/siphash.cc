#include "common/crypto/siphash.h"

#include <openssl/siphash.h>

namespace blindlink {

uint64_t SipHash24(const SipHashKey& key, absl::string_view message) {
  return SIPHASH_24(key.data(), reinterpret_cast<const uint8_t*>(message.data()), message.size());
}

uint64_t SipHash24(const SipHashKey& key, uint64_t message) {
  uint8_t bytes[8];
  for (int i = 0; i < 8; ++i) bytes[i] = static_cast<uint8_t>(message >> (8 * i));
  return SIPHASH_24(key.data(), bytes, sizeof(bytes));
}

}  // namespace blindlink
