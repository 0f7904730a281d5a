#include "agent/evidence/evidence_coder.h"

#include <array>
#include <cstring>

#include "common/base/byte_order.h"

namespace blindlink {
namespace {

constexpr size_t kBlock = Aes128::kBlockSize;
constexpr unsigned kCodes = 255;  // 0 is for "no such value"

}  // namespace

void EvidenceCoder::AppendCodes(size_t match_key, const Token& token,
                                const std::vector<uint64_t>& values, std::vector<uint8_t>* out) {
  static_assert(Token::kSize == kBlock);
  std::array<uint8_t, kBlock> token_block = token.bytes;
  cipher_.EncryptBlocks(absl::MakeSpan(token_block));
  const uint64_t high = LoadBigEndian64(token_block.data());
  // One block an item, all enciphered in one go.
  const std::vector<uint8_t>& items = plan_.evidence().ItemsSentWith(match_key);
  std::array<uint8_t, EvidenceLayout::kMaxBits * kBlock> blocks;
  for (size_t i = 0; i < items.size(); ++i) {
    uint8_t* block = blocks.data() + i * kBlock;
    StoreBigEndian64(high ^ values[items[i]], block);
    std::memcpy(block + 8, token_block.data() + 8, 8);
  }
  cipher_.EncryptBlocks({blocks.data(), items.size() * kBlock});
  for (size_t i = 0; i < items.size(); ++i) {
    const uint8_t* block = blocks.data() + i * kBlock;
    const unsigned code = 1 + (block[0] * 256u + block[1]) % kCodes;
    out->push_back(values[items[i]] == 0 ? uint8_t{0} : static_cast<uint8_t>(code));
  }
}

}  // namespace blindlink
