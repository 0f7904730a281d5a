#include "common/oprf/equality_proof.h"

#include <algorithm>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/die.h"

namespace blindlink {
namespace {

// The scalar by which the elements of that number count. Each depends on all that is hashed before
// the first, so nobody can choose elements for which a sum hides two errors.
class CompositeFactors {
 public:
  explicit CompositeFactors(const OprfElement& public_key) {
    std::string text;
    AppendPart(ViewOf(public_key), &text);
    AppendPart(absl::StrCat("Seed-", OprfContext()), &text);
    seed_ = Sha512Of(text);
  }

  OprfScalar Of(size_t number, const OprfElement& blinded, const OprfElement& evaluated) const {
    std::string text;
    AppendPart(ViewOf(seed_), &text);
    text.push_back(static_cast<char>(number >> 8));
    text.push_back(static_cast<char>(number));
    AppendPart(ViewOf(blinded), &text);
    AppendPart(ViewOf(evaluated), &text);
    absl::StrAppend(&text, "Composite");
    return HashToScalar(text);
  }

 private:
  OprfDigest seed_;
};

// Adds factor * element to `sum`, which is nothing at first. False if `element` is none.
bool AddProduct(const OprfScalar& factor, const OprfElement& element,
                std::optional<OprfElement>* sum) {
  OprfElement product;
  if (!Multiply(factor, element, &product)) return false;
  if (!sum->has_value()) {
    *sum = product;
    return true;
  }
  return Add(**sum, product, &**sum);
}

OprfScalar Challenge(const OprfElement& public_key, const OprfElement& m, const OprfElement& z,
                     const OprfElement& t2, const OprfElement& t3) {
  std::string text;
  for (const OprfElement* element : {&public_key, &m, &z, &t2, &t3}) {
    AppendPart(ViewOf(*element), &text);
  }
  absl::StrAppend(&text, "Challenge");
  return HashToScalar(text);
}

// a * x + b * y, where x is null for the generator.
bool Combine(absl::Span<const uint8_t> a, const OprfElement* x, absl::Span<const uint8_t> b,
             const OprfElement& y, OprfElement* out) {
  OprfElement left;
  OprfElement right;
  const bool made = x == nullptr ? MultiplyGenerator(a, &left) : Multiply(a, *x, &left);
  return made && Multiply(b, y, &right) && Add(left, right, out);
}

}  // namespace

OprfProof MakeEqualityProof(const SecretBytes& key, const OprfElement& public_key,
                            absl::Span<const OprfElement> blinded,
                            absl::Span<const OprfElement> evaluated, const SecretBytes& nonce) {
  const CompositeFactors factors(public_key);
  std::optional<OprfElement> m;
  bool good = !blinded.empty();
  for (size_t i = 0; i < blinded.size() && good; ++i) {
    good = AddProduct(factors.Of(i, blinded[i], evaluated[i]), blinded[i], &m);
  }
  OprfElement z;
  OprfElement t2;
  OprfElement t3;
  good = good && Multiply(key.Reveal(), *m, &z) && MultiplyGenerator(nonce.Reveal(), &t2) &&
         Multiply(nonce.Reveal(), *m, &t3);
  if (!good) Die("a proof about what are no elements of the group");
  const OprfScalar c = Challenge(public_key, *m, z, t2, t3);
  const OprfScalar s = SubtractProduct(nonce.Reveal(), c, key.Reveal());
  OprfProof proof;
  std::copy(c.begin(), c.end(), proof.begin());
  std::copy(s.begin(), s.end(), proof.begin() + kOprfScalarSize);
  return proof;
}

bool EqualityProofHolds(const OprfElement& public_key, absl::Span<const OprfElement> blinded,
                        absl::Span<const OprfElement> evaluated, const OprfProof& proof) {
  const absl::Span<const uint8_t> c = absl::MakeConstSpan(proof).first(kOprfScalarSize);
  const absl::Span<const uint8_t> s = absl::MakeConstSpan(proof).last(kOprfScalarSize);
  if (blinded.empty() || blinded.size() != evaluated.size() ||
      blinded.size() > kMostProvenElements || !IsElement(public_key) || !IsScalar(c) ||
      !IsScalar(s)) {
    return false;
  }
  const CompositeFactors factors(public_key);
  std::optional<OprfElement> m;
  std::optional<OprfElement> z;
  for (size_t i = 0; i < blinded.size(); ++i) {
    const OprfScalar factor = factors.Of(i, blinded[i], evaluated[i]);
    if (!AddProduct(factor, blinded[i], &m) || !AddProduct(factor, evaluated[i], &z)) return false;
  }
  OprfElement t2;
  OprfElement t3;
  if (!Combine(s, nullptr, c, public_key, &t2) || !Combine(s, &*m, c, *z, &t3)) return false;
  const OprfScalar expected = Challenge(public_key, *m, *z, t2, t3);
  return std::equal(c.begin(), c.end(), expected.begin());
}

}  // namespace blindlink
