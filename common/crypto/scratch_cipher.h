#pragma once

#include <cstdint>

#include "absl/types/span.h"
#include "common/base/secret_bytes.h"

namespace blindlink {

// Enciphers what a process writes to temporary files for itself alone: ChaCha20 (RFC 8439) under a
// random key that exists only in this object and is wiped with it. Whoever finds the file
// afterwards, or its blocks on the disk, cannot read it. Does not detect changes. Thread-safe.
class ScratchCipher {
 public:
  ScratchCipher();

  // Enciphers `bytes` in place, or deciphers what was enciphered as the same `piece`. A piece
  // number must be used for one text only, of less than 256 GiB.
  void Apply(uint64_t piece, absl::Span<uint8_t> bytes) const;

 private:
  const SecretBytes key_;
};

}  // namespace blindlink
