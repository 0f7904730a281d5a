#pragma once

#include <cstdint>
#include <string>

#include "common/crypto/sha256.h"

namespace blindlink {

// A running digest over the blocks of an upload, by which both ends can verify that they hold the
// same blocks without sending them again. chain(0) is 32 zero bytes;
// chain(n+1) = SHA-256(chain(n) || sequence, 8 bytes big-endian || CRC-32 of block n, 4 bytes).
class BlockChain {
 public:
  // Continues from a stored position; `chain` must have 32 bytes.
  static BlockChain From(uint64_t next_sequence, const std::string& chain);

  void Add(uint32_t block_crc32);
  uint64_t next_sequence() const { return next_sequence_; }
  std::string value() const { return std::string(AsView(chain_)); }

 private:
  uint64_t next_sequence_ = 0;
  Sha256Digest chain_{};
};

}  // namespace blindlink
