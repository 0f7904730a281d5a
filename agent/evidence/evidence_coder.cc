#include "agent/evidence/evidence_coder.h"

#include <array>
#include <cstring>

#include "absl/strings/string_view.h"
#include "common/base/byte_order.h"
#include "common/crypto/siphash.h"

namespace blindlink {
namespace {

constexpr uint64_t kCodes = 255;  // 0 is for "no such value"

}  // namespace

void EvidenceCoder::AppendCodes(size_t match_key, const Token& token,
                                const std::vector<uint64_t>& values,
                                std::vector<uint8_t>* out) const {
  char message[1 + Token::kSize];
  message[0] = static_cast<char>(plan_.match_keys()[match_key].id);
  std::memcpy(message + 1, token.bytes.data(), Token::kSize);
  const std::array<uint8_t, 16> bytes = key_.Digest16(absl::string_view(message, sizeof(message)));
  const SipHashKey token_key = {LoadBigEndian64(bytes.data()), LoadBigEndian64(bytes.data() + 8)};
  for (const uint8_t item : plan_.evidence().ItemsSentWith(match_key)) {
    const uint64_t value = values[item];
    out->push_back(value == 0 ? uint8_t{0}
                              : static_cast<uint8_t>(1 + SipHash24(token_key, value) % kCodes));
  }
}

}  // namespace blindlink
