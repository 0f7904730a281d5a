#include "agent/evidence/evidence_coder.h"

#include <cstring>

#include "common/base/byte_order.h"

namespace blindlink {

void EvidenceCoder::SetRecord(const std::vector<uint64_t>& values) {
  present_.clear();
  codes_.fill(0);
  for (size_t i = 0; i < values.size(); ++i) {
    if (values[i] != 0) present_.push_back({values[i], i});
  }
}

// All that the record has is enciphered, in one go, and what the match key does not send left out:
// it is little, and to look for it would take longer.
void EvidenceCoder::AppendCodes(size_t match_key, const Token& token, std::vector<uint8_t>* out) {
  constexpr size_t kBlock = Aes128::kBlockSize;
  static_assert(Token::kSize == kBlock);
  std::array<uint8_t, kBlock> token_block = token.bytes;
  cipher_.EncryptBlocks(absl::MakeSpan(token_block));
  const uint64_t high = LoadBigEndian64(token_block.data());
  uint8_t* block = blocks_.data();
  for (const Present& present : present_) {
    StoreBigEndian64(high ^ present.value, block);
    std::memcpy(block + 8, token_block.data() + 8, 8);
    block += kBlock;
  }
  cipher_.EncryptBlocks({blocks_.data(), present_.size() * kBlock});
  const EvidenceLayout& layout = plan_.evidence();
  block = blocks_.data();
  for (const Present& present : present_) {
    const auto random = static_cast<uint16_t>(block[0] << 8 | block[1]);
    codes_[present.item] = layout.items()[present.item].CodeOf(random);
    block += kBlock;
  }
  layout.Pack(match_key, codes_.data(), out);
}

}  // namespace blindlink
