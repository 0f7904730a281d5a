#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "common/base/secret_bytes.h"
#include "common/oprf/group.h"
#include "common/oprf/oprf_key.h"

namespace blindlink {

// The client's side of VOPRF(ristretto255, SHA-512), RFC 9497: inputs that are sent to a key server
// blinded, so that it learns nothing of them but how many they are, and what comes back. The blinds
// stay here, in locked memory, and are wiped on destruction. Not thread-safe.
class BlindedBatch {
 public:
  // Blind (3.3.2), with a new random blind for each input. Each input has up to 65535 bytes.
  explicit BlindedBatch(std::vector<std::string> inputs);
  // With these blinds: for published vectors only.
  BlindedBatch(std::vector<std::string> inputs, absl::Span<const OprfScalar> blinds);

  const std::vector<OprfElement>& elements() const { return elements_; }

  // Finalize (3.3.2): the function's value of each input, in their order. DATA_LOSS if the
  // evaluation is not one of these elements by the key of `public_key`: nothing of it may be used.
  absl::StatusOr<std::vector<OprfDigest>> Finalize(const OprfEvaluation& evaluation,
                                                   const OprfElement& public_key) const;

 private:
  void Blind(size_t index, const SecretBytes& blind);
  absl::Span<uint8_t> InverseOf(size_t index);

  const std::vector<std::string> inputs_;
  std::vector<OprfElement> elements_;
  // 1 / blind of each input, as many in one piece as are locked in memory.
  std::vector<SecretBytes> inverses_;
};

}  // namespace blindlink
