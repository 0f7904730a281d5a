#include <vector>

#include "common/crypto/hmac_sha256.h"
#include "tests/bench/floors.h"

namespace blindlink {

double HashFloor() {
  constexpr int kTokens = 1'000'000;
  const std::vector<uint8_t> key(32, 7);
  const HmacSha256 hmac(key);
  char message[40] = {};
  volatile uint8_t sink = 0;
  const double seconds = ShortestSeconds([&] {
    for (int i = 0; i < kTokens; ++i) {
      message[i % 40] = static_cast<char>(i);
      sink = hmac.Digest16({message, sizeof(message)})[0];
    }
  });
  (void)sink;
  return seconds / kTokens;
}

}  // namespace blindlink
