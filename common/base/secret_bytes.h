#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "common/base/secret_memory.h"

namespace blindlink {

// Key material. It cannot be printed or copied by accident, is locked in memory and left out of
// core dumps (secret_memory.h), and is wiped on destruction. Every read can be found in the source:
// Reveal().
class SecretBytes {
 public:
  SecretBytes() = default;
  explicit SecretBytes(absl::Span<const uint8_t> bytes) : bytes_(bytes.begin(), bytes.end()) {}
  static SecretBytes OfSize(size_t size) {
    SecretBytes secret;
    secret.bytes_.resize(size);
    return secret;
  }
  SecretBytes(const SecretBytes&) = delete;
  SecretBytes& operator=(const SecretBytes&) = delete;
  SecretBytes(SecretBytes&& other) noexcept : bytes_(std::move(other.bytes_)) {
    other.bytes_.clear();
  }
  SecretBytes& operator=(SecretBytes&& other) noexcept;
  ~SecretBytes();

  SecretBytes Clone() const { return SecretBytes(Reveal()); }
  absl::Span<const uint8_t> Reveal() const { return bytes_; }
  absl::Span<uint8_t> RevealForWriting() { return absl::MakeSpan(bytes_); }
  size_t size() const { return bytes_.size(); }

 private:
  void Wipe();
  std::vector<uint8_t, SecretAllocator<uint8_t>> bytes_;
};

// Overwrites memory in a way that the compiler does not optimize away.
void WipeMemory(void* data, size_t size);

}  // namespace blindlink
