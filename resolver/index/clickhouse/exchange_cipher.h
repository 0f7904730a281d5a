#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/secret_bytes.h"
#include "resolver/index/shared_index.h"

namespace blindlink::resolver {

// Compresses blocks of an exchange (zstd, level 1) and enciphers them (ChaCha20-Poly1305, RFC
// 8439), so that a server sees no more of them than their sizes, and every change is noticed. Each
// attempt, kind and part has a key of its own, derived from the run's by HKDF, and in it the
// block's number is the nonce; so a block can take no other's place. Thread-safe.
class ExchangeCipher {
 public:
  static constexpr size_t kKeySize = 32;
  static constexpr size_t kLargestBlock = size_t{64} << 20;  // before it is compressed

  // Where a block belongs.
  struct Place {
    ExchangeBlock::Kind kind;
    uint32_t part = 0;
    uint64_t attempt = 0;
    uint64_t number = 0;  // of the attempt; used for one text only
  };

  // `key` has kKeySize bytes and is for one run only.
  explicit ExchangeCipher(SecretBytes key) : key_(std::move(key)) {}

  // INVALID_ARGUMENT if the block is larger than kLargestBlock.
  absl::StatusOr<std::string> Seal(const Place& place, absl::string_view block) const;
  // Nothing if it is not what Seal made for this place.
  std::optional<std::string> Open(const Place& place, absl::string_view sealed) const;

  const SecretBytes& key() const { return key_; }

 private:
  const SecretBytes key_;
};

}  // namespace blindlink::resolver
