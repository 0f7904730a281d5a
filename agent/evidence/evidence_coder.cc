#include "agent/evidence/evidence_coder.h"

#include <cstring>

#include "common/base/byte_order.h"

namespace blindlink::agent {

void EvidenceCoder::SetRecord(const std::vector<uint64_t>& values, absl::Span<const Token> tokens) {
  static_assert(sizeof(Token) == Aes128::kBlockSize);
  token_keys_.assign(tokens.begin(), tokens.end());
  if (!tokens.empty()) {
    cipher_.EncryptBlocks({token_keys_[0].bytes.data(), tokens.size() * Aes128::kBlockSize});
  }
  present_.clear();
  code_counts_.fill(0);
  lowest_codes_.fill(0);
  for (size_t i = 0; i < values.size(); ++i) {
    if (values[i] == 0) continue;
    values_[2 * present_.size()] = ToBigEndian(values[i]);
    present_.push_back(static_cast<uint8_t>(i));
    code_counts_[i] = static_cast<uint16_t>(plan_.evidence().items()[i].CodeCount());
    lowest_codes_[i] = 1;
  }
}

// Enciphers all values that the record has in one go and then drops those that the match key does
// not send: they are few, and finding them first would take longer. The loops treat every item
// alike, so that the compiler can vectorize them.
void EvidenceCoder::AppendCodes(size_t match_key, size_t token, std::vector<uint8_t>* out) {
  constexpr size_t kBlock = Aes128::kBlockSize;
  uint64_t token_block[2];
  static_assert(sizeof(token_block) == kBlock);
  std::memcpy(token_block, token_keys_[token].bytes.data(), kBlock);
  for (size_t i = 0; i < 2 * present_.size(); i += 2) {
    blocks_[i] = values_[i] ^ token_block[0];
    blocks_[i + 1] = token_block[1];
  }
  auto* bytes = reinterpret_cast<uint8_t*>(blocks_.data());
  cipher_.EncryptBlocks({bytes, present_.size() * kBlock});
  for (const uint8_t item : present_) {
    random_[item] = static_cast<uint16_t>(bytes[0] << 8 | bytes[1]);
    bytes += kBlock;
  }
  for (size_t i = 0; i < kItems; ++i) {
    codes_[i] =
        static_cast<uint8_t>((uint32_t{random_[i]} * code_counts_[i] >> 16) + lowest_codes_[i]);
  }
  plan_.evidence().Pack(match_key, codes_, out);
}

}  // namespace blindlink::agent
