#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "absl/types/span.h"

namespace blindlink {

// AES-128 (FIPS 197) block by block under one key: a pseudo-random permutation of 16-byte blocks,
// some 3 ns a block where the processor has instructions for it and the blocks come together. Not a
// way to encrypt messages: equal blocks look equal. Keeps state: one thread; a copy is another's.
// The key is wiped when it goes.
class Aes128 {
 public:
  static constexpr size_t kKeySize = 16;
  static constexpr size_t kBlockSize = 16;

  // `key` of kKeySize bytes.
  explicit Aes128(absl::Span<const uint8_t> key);
  Aes128(const Aes128& other);
  Aes128& operator=(const Aes128&) = delete;
  ~Aes128();

  // Encrypts whole blocks in place.
  void EncryptBlocks(absl::Span<uint8_t> blocks);

 private:
  struct Context;  // BoringSSL's
  std::unique_ptr<Context> context_;
};

}  // namespace blindlink
