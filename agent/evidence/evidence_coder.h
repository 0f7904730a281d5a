#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "common/base/bytes16.h"
#include "common/crypto/hmac_sha256.h"
#include "common/plan/plan.h"

namespace blindlink {

// Makes the block-bound codes that travel with a token (docs/formats/evidence.md):
//   K_T  = first 16 bytes of HMAC-SHA-256(evidence key, match key id || token)
//   code = 1 + SipHash-2-4(K_T, value) mod 255
// The evidence key is derived from the token key, which the resolver does not have. So codes can be
// compared between records that share the token, and nowhere else, and nobody without the token key
// can try values against them. Immutable; threads may share it.
class EvidenceCoder {
 public:
  // `plan` must outlive it. `key` from TokenKey::DeriveEvidenceKey.
  EvidenceCoder(const Plan& plan, const HmacSha256& key) : plan_(plan), key_(key) {}

  // Appends WidthOf(match_key) bytes. `values` as EvidenceValues makes them.
  void AppendCodes(size_t match_key, const Token& token, const std::vector<uint64_t>& values,
                   std::vector<uint8_t>* out) const;

 private:
  const Plan& plan_;
  const HmacSha256 key_;
};

}  // namespace blindlink
