#include "common/crypto/random.h"

#include <openssl/rand.h>

namespace blindlink {

SecretBytes RandomBytes(size_t size) {
  SecretBytes out = SecretBytes::OfSize(size);
  RAND_bytes(out.RevealForWriting().data(), size);  // BoringSSL aborts rather than fail
  return out;
}

}  // namespace blindlink
