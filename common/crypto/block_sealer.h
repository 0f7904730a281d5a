#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "common/crypto/sha256.h"

namespace blindlink {

// Enciphers the blocks of a file that a later process reads: ChaCha20-Poly1305 (RFC 8439), which
// also detects every change. Thread-safe.
class BlockSealer {
 public:
  static constexpr size_t kOverhead = 16;  // what a sealed block has more than its text

  // The key must be used for one file only.
  explicit BlockSealer(const Sha256Digest& key);
  ~BlockSealer();
  BlockSealer(const BlockSealer&) = delete;
  BlockSealer& operator=(const BlockSealer&) = delete;

  // A number must be used for one text only.
  std::string Seal(uint64_t number, absl::string_view text) const;
  // Nothing if it is not what Seal made under this key and number.
  std::optional<std::string> Open(uint64_t number, absl::string_view sealed) const;

 private:
  struct Context;
  const std::unique_ptr<Context> context_;
};

}  // namespace blindlink
