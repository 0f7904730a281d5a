#include "common/crypto/constant_time.h"

#include <openssl/mem.h>

namespace blindlink {

bool ConstantTimeEquals(absl::string_view a, absl::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace blindlink
