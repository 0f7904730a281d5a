#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "common/base/bytes16.h"
#include "common/crypto/aes128.h"
#include "common/plan/plan.h"

namespace blindlink::agent {

// Makes the block-bound codes that travel with a token (docs/formats/evidence.md):
//   K_T  = AES-128(evidence key, token)
//   code = 1 + floor((2^bits - 1) * first two bytes of AES-128(evidence key, K_T xor (value || 0))
//   / 2^16)
// This is CBC-MAC over two blocks, which is a pseudo-random function on messages of one fixed
// length (Bellare, Kilian and Rogaway 1994). The evidence key is derived from the token key, which
// the resolver does not have. So codes can be compared only between records that share the token,
// and nobody without the token key can test values against them. Holds a cipher's state: each
// thread works on its own copy.
class EvidenceCoder {
 public:
  // `plan` must outlive the coder. `key` from TokenKey::DeriveEvidenceKey.
  EvidenceCoder(const Plan& plan, absl::Span<const uint8_t> key) : plan_(plan), cipher_(key) {}

  // Sets the record whose codes are made from here on: its values, as AppendEvidenceValues makes
  // them, and all its tokens.
  void SetRecord(const std::vector<uint64_t>& values, absl::Span<const Token> tokens);
  // Appends the WidthOf(match_key) bytes that travel with the record's token of this number.
  void AppendCodes(size_t match_key, size_t token, std::vector<uint8_t>* out);

 private:
  static constexpr size_t kItems = EvidenceLayout::kMaxBits;

  const Plan& plan_;
  Aes128 cipher_;
  std::vector<Token> token_keys_;  // K_T of the record's tokens
  // The values that the record has: the indices of their items, and the values as cipher blocks.
  std::vector<uint8_t> present_;
  std::array<uint64_t, 2 * kItems> values_{};
  std::array<uint64_t, 2 * kItems> blocks_{};
  // By item: the code is floor(random * code_count / 2^16) + lowest; all 0 where there is no value.
  std::array<uint16_t, kItems> code_counts_{};
  std::array<uint8_t, kItems> lowest_codes_{};
  std::array<uint16_t, kItems> random_{};
  EvidenceLayout::Codes codes_{};
};

}  // namespace blindlink::agent
