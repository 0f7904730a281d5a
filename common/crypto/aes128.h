#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "absl/types/span.h"

namespace blindlink {

// AES-128 (FIPS 197) of single blocks under one key: a pseudo-random permutation of 16-byte blocks.
// About 3 ns per block where the processor has AES instructions and many blocks are passed at once.
// Not for encrypting messages: equal blocks encrypt to equal blocks. Not thread-safe: each thread
// works on its own copy. The key is wiped on destruction.
class Aes128 {
 public:
  static constexpr size_t kKeySize = 16;
  static constexpr size_t kBlockSize = 16;

  // `key` must have kKeySize bytes.
  explicit Aes128(absl::Span<const uint8_t> key);
  Aes128(const Aes128& other);
  Aes128& operator=(const Aes128&) = delete;
  ~Aes128();

  // Encrypts whole blocks in place.
  void EncryptBlocks(absl::Span<uint8_t> blocks);

  // The block that `key` encrypts to `block`. For a few blocks: sets the key up each time.
  // Thread-safe.
  static std::array<uint8_t, kBlockSize> DecryptBlock(absl::Span<const uint8_t> key,
                                                      std::array<uint8_t, kBlockSize> block);

 private:
  struct Context;  // BoringSSL's
  std::unique_ptr<Context> context_;
};

}  // namespace blindlink
