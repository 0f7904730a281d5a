#include "common/oprf/blinded_batch.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/base/die.h"
#include "common/base/secret_memory.h"

namespace blindlink {
namespace {

constexpr size_t kScalarsInPiece = kMaxLockedSecret / kOprfScalarSize;

std::vector<SecretBytes> PiecesFor(size_t scalars) {
  std::vector<SecretBytes> pieces;
  for (size_t first = 0; first < scalars; first += kScalarsInPiece) {
    pieces.push_back(
        SecretBytes::OfSize(std::min(kScalarsInPiece, scalars - first) * kOprfScalarSize));
  }
  return pieces;
}

}  // namespace

BlindedBatch::BlindedBatch(std::vector<std::string> inputs)
    : inputs_(std::move(inputs)), elements_(inputs_.size()), inverses_(PiecesFor(inputs_.size())) {
  for (size_t i = 0; i < inputs_.size(); ++i) Blind(i, RandomScalar());
}

BlindedBatch::BlindedBatch(std::vector<std::string> inputs, absl::Span<const OprfScalar> blinds)
    : inputs_(std::move(inputs)), elements_(inputs_.size()), inverses_(PiecesFor(inputs_.size())) {
  for (size_t i = 0; i < inputs_.size(); ++i) Blind(i, SecretBytes(blinds[i]));
}

absl::Span<uint8_t> BlindedBatch::InverseOf(size_t index) {
  return inverses_[index / kScalarsInPiece].RevealForWriting().subspan(
      index % kScalarsInPiece * kOprfScalarSize, kOprfScalarSize);
}

void BlindedBatch::Blind(size_t index, const SecretBytes& blind) {
  OprfElement input;
  if (!HashToGroup(inputs_[index], &input) || !Multiply(blind.Reveal(), input, &elements_[index])) {
    Die("an input hashes to the identity");  // 1 of 2^252
  }
  Invert(blind.Reveal(), InverseOf(index));
}

absl::StatusOr<std::vector<OprfDigest>> BlindedBatch::Finalize(
    const OprfEvaluation& evaluation, const OprfElement& public_key) const {
  if (!EqualityProofHolds(public_key, elements_, evaluation.elements, evaluation.proof)) {
    return absl::DataLossError(
        "the proof does not hold that the key server used the key of its public key for every "
        "element");
  }
  std::vector<OprfDigest> outputs;
  outputs.reserve(inputs_.size());
  for (size_t i = 0; i < inputs_.size(); ++i) {
    const absl::Span<const uint8_t> inverse = inverses_[i / kScalarsInPiece].Reveal().subspan(
        i % kScalarsInPiece * kOprfScalarSize, kOprfScalarSize);
    OprfElement unblinded;
    if (!Multiply(inverse, evaluation.elements[i], &unblinded)) {
      return absl::DataLossError("the key server sent what is no element of the group");
    }
    std::string text;
    AppendPart(inputs_[i], &text);
    AppendPart(ViewOf(unblinded), &text);
    absl::StrAppend(&text, "Finalize");
    outputs.push_back(Sha512Of(text));
  }
  return outputs;
}

}  // namespace blindlink
