#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "common/base/secret_bytes.h"
#include "common/oprf/equality_proof.h"
#include "common/oprf/group.h"

namespace blindlink {

// What a key server gives back: one element for each blinded one, and the proof that one key made
// them all.
struct OprfEvaluation {
  std::vector<OprfElement> elements;
  OprfProof proof{};
};

// The server's side of VOPRF(ristretto255, SHA-512), RFC 9497: a secret key with which it answers
// clients whose inputs and outputs it does not learn (blinded_batch.h is their side). Immutable;
// threads may share it. Cannot be printed.
class OprfKey {
 public:
  // DeriveKeyPair (3.2.1): `seed` is 32 secret random bytes, `info` says what the key is for, up to
  // 65535 bytes.
  static OprfKey Derive(const SecretBytes& seed, absl::string_view info);

  const OprfElement& public_key() const { return public_key_; }

  // BlindEvaluate (3.3.2). INVALID_ARGUMENT, with the number of the element, if there are none or
  // more than kMostProvenElements, or one is not the encoding of an element or is the identity.
  absl::StatusOr<OprfEvaluation> Evaluate(absl::Span<const OprfElement> blinded) const;
  // The same with this nonce in the proof: for published vectors only. Two proofs with one nonce
  // give the key away.
  absl::StatusOr<OprfEvaluation> EvaluateWithNonce(absl::Span<const OprfElement> blinded,
                                                   const SecretBytes& nonce) const;

 private:
  explicit OprfKey(SecretBytes scalar);

  SecretBytes scalar_;
  OprfElement public_key_{};
};

}  // namespace blindlink
