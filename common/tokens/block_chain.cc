#include "common/tokens/block_chain.h"

#include <algorithm>
#include <cstring>

#include "common/base/byte_order.h"

namespace blindlink {

BlockChain BlockChain::From(uint64_t next_sequence, const std::string& chain) {
  BlockChain out;
  out.next_sequence_ = next_sequence;
  std::memcpy(out.chain_.data(), chain.data(), std::min(chain.size(), out.chain_.size()));
  return out;
}

void BlockChain::Add(uint32_t block_crc32) {
  uint8_t tail[12];
  StoreBigEndian64(next_sequence_, tail);
  StoreBigEndian32(block_crc32, tail + 8);
  Sha256 hash;
  hash.Update(AsView(chain_));
  hash.Update({reinterpret_cast<const char*>(tail), sizeof(tail)});
  chain_ = hash.Finish();
  ++next_sequence_;
}

}  // namespace blindlink
