#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "common/base/bytes16.h"
#include "common/crypto/aes128.h"
#include "common/plan/plan.h"

namespace blindlink {

// Makes the block-bound codes that travel with a token (docs/formats/evidence.md):
//   K_T  = AES-128(evidence key, token)
//   code = 1 + first two bytes of AES-128(evidence key, K_T xor (value || 0)) mod 255
// which is CBC-MAC over two blocks: of messages of one length a pseudo-random function (Bellare,
// Kilian and Rogaway 1994). The evidence key is derived from the token key, which the resolver does
// not have. So codes can be compared between records that share the token, and nowhere else, and
// nobody without the token key can try values against them. Keeps a cipher's state: one thread; a
// copy is another's.
class EvidenceCoder {
 public:
  // `plan` must outlive it. `key` from TokenKey::DeriveEvidenceKey.
  EvidenceCoder(const Plan& plan, absl::Span<const uint8_t> key) : plan_(plan), cipher_(key) {}

  // Appends WidthOf(match_key) bytes. `values` as EvidenceValues makes them.
  void AppendCodes(size_t match_key, const Token& token, const std::vector<uint64_t>& values,
                   std::vector<uint8_t>* out);

 private:
  const Plan& plan_;
  Aes128 cipher_;
};

}  // namespace blindlink
