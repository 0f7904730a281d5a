#include "common/crypto/siphash.h"

#include <openssl/siphash.h>

namespace blindlink {

uint64_t SipHash24(const SipHashKey& key, absl::string_view message) {
  return SIPHASH_24(key.data(), reinterpret_cast<const uint8_t*>(message.data()), message.size());
}

}  // namespace blindlink
