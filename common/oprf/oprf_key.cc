#include "common/oprf/oprf_key.h"

#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/base/die.h"

namespace blindlink {
namespace {

constexpr int kMostTries = 256;

}  // namespace

OprfKey::OprfKey(SecretBytes scalar) : scalar_(std::move(scalar)) {
  if (!MultiplyGenerator(scalar_.Reveal(), &public_key_)) Die("an oblivious key of zero");
}

OprfKey OprfKey::Derive(const SecretBytes& seed, absl::string_view info) {
  const auto* bytes = reinterpret_cast<const char*>(seed.Reveal().data());
  std::string text(bytes, seed.size());
  AppendPart(info, &text);
  text.push_back('\0');
  for (int counter = 0; counter < kMostTries; ++counter) {
    text.back() = static_cast<char>(counter);
    SecretBytes scalar = HashToSecretScalar(text, "DeriveKeyPair");
    if (!IsScalar(scalar.Reveal())) continue;
    WipeMemory(text.data(), text.size());
    return OprfKey(std::move(scalar));
  }
  Die("no oblivious key can be derived");
}

absl::StatusOr<OprfEvaluation> OprfKey::Evaluate(absl::Span<const OprfElement> blinded) const {
  return EvaluateWithNonce(blinded, RandomScalar());
}

absl::StatusOr<OprfEvaluation> OprfKey::EvaluateWithNonce(absl::Span<const OprfElement> blinded,
                                                          const SecretBytes& nonce) const {
  if (blinded.empty() || blinded.size() > kMostProvenElements) {
    return absl::InvalidArgumentError(
        absl::StrCat("expected 1 to ", kMostProvenElements, " elements, not ", blinded.size()));
  }
  OprfEvaluation evaluation;
  evaluation.elements.resize(blinded.size());
  for (size_t i = 0; i < blinded.size(); ++i) {
    if (!Multiply(scalar_.Reveal(), blinded[i], &evaluation.elements[i])) {
      return absl::InvalidArgumentError(absl::StrCat(
          "element ", i, " is not the encoding of an element of ristretto255, or is the identity"));
    }
  }
  evaluation.proof = MakeEqualityProof(scalar_, public_key_, blinded, evaluation.elements, nonce);
  return evaluation;
}

}  // namespace blindlink
