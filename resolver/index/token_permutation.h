#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "common/crypto/aes128.h"
#include "resolver/index/stored_token.h"

namespace blindlink::resolver {

// A keyed permutation of stored tokens, that is, of strings of 80 bits: the format-preserving
// cipher FF1 (NIST SP 800-38G) in radix 2 with AES-128 and without a tweak. It is what makes a
// change of the index key possible without the sites: a stored token is only the beginning of an
// enciphered token and cannot be deciphered, but it can be enciphered once more, and that can be
// undone. Ten calls of AES per token. Not thread-safe: each thread works on its own copy.
class TokenPermutation {
 public:
  // `key` must have Aes128::kKeySize bytes.
  explicit TokenPermutation(absl::Span<const uint8_t> key);

  // Both work in place.
  void Encipher(absl::Span<StoredToken> tokens);
  void Decipher(absl::Span<StoredToken> tokens);

 private:
  // Fills values_ with the round function of `half` of each token.
  void ComputeRound(int round, const std::vector<uint64_t>& half);
  void Split(absl::Span<const StoredToken> tokens);
  void Join(absl::Span<StoredToken> tokens) const;

  Aes128 cipher_;
  std::array<uint8_t, Aes128::kBlockSize> first_block_{};  // enciphered: the same for all inputs
  // By token. FF1's A and B, of 40 bits each.
  std::vector<uint64_t> left_;
  std::vector<uint64_t> right_;
  std::vector<uint64_t> values_;
  std::vector<uint8_t> blocks_;
};

}  // namespace blindlink::resolver
