#include "agent/oblivious/oblivious_tokens.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/hex.h"
#include "common/base/status_macros.h"
#include "common/crypto/random.h"
#include "common/oprf/blinded_batch.h"
#include "common/plan/oblivious_key.h"

namespace blindlink::agent {
namespace {

std::string NamesOf(const Plan& plan) {
  std::vector<std::string> names;
  for (const MatchKeyLayout& match_key : plan.match_keys()) {
    if (match_key.oblivious) names.push_back(match_key.name);
  }
  return absl::StrJoin(names, ", ");
}

absl::Status AnotherKey(const OprfElement& its_key, const OprfElement& plans_key) {
  return absl::FailedPreconditionError(absl::StrCat(
      "the key server has the public key ", HexEncode(ViewOf(its_key)),
      " for this project, and the "
      "plan's oblivious_key is ",
      HexEncode(ViewOf(plans_key)),
      ": its tokens would meet nobody's. Ask the coordinator which is right; nothing was sent that "
      "was made with this key"));
}

}  // namespace

absl::StatusOr<ObliviousTokens> ObliviousTokens::Create(const Plan& plan,
                                                        BlindEvaluator* evaluator) {
  if (evaluator == nullptr) {
    return absl::FailedPreconditionError(absl::StrCat(
        "the plan has oblivious match keys (", NamesOf(plan),
        "), whose tokens need the project's key server: state --key-server HOST:PORT with run, or "
        "with tokenize, which then needs a network (docs/oblivious-keys.md)"));
  }
  const std::string bytes = ObliviousPublicKeyOf(plan.proto());
  OprfElement public_key{};
  if (bytes.size() == public_key.size()) std::copy(bytes.begin(), bytes.end(), public_key.begin());
  if (!IsElement(public_key)) {
    return absl::InvalidArgumentError(
        "oblivious_key.public_key of the plan is no public key: copy what blindlink-keyserver init "
        "prints");
  }
  return ObliviousTokens(public_key, *evaluator);
}

absl::Status ObliviousTokens::CheckKeyServer() const {
  const SecretBytes nobody = RandomBytes(Token::kSize);
  const auto* bytes = reinterpret_cast<const char*>(nobody.Reveal().data());
  return Evaluate({std::string(bytes, nobody.size())}).status();
}

absl::StatusOr<std::vector<OprfDigest>> ObliviousTokens::Evaluate(
    std::vector<std::string> inputs) const {
  const BlindedBatch batch(std::move(inputs));
  BL_ASSIGN_OR_RETURN(const KeyServerAnswer answer, evaluator_->Evaluate(batch.elements()));
  if (answer.public_key != public_key_) return AnotherKey(answer.public_key, public_key_);
  absl::StatusOr<std::vector<OprfDigest>> values = batch.Finalize(answer.evaluation, public_key_);
  if (values.ok()) return values;
  return absl::DataLossError(absl::StrCat(
      values.status().message(),
      ". It may treat this site differently from others: tell its operator and the coordinator, "
      "and send nothing until they know why"));
}

absl::StatusOr<std::vector<ObliviousTokens::Made>> ObliviousTokens::Make(
    absl::Span<const Token> hashes) const {
  // Records of one family, or with common values, share hashes: each is asked for once.
  absl::flat_hash_map<Token, size_t> numbers;
  std::vector<std::string> inputs;
  std::vector<size_t> places;
  for (const Token& hash : hashes) {
    const auto [known, is_new] = numbers.try_emplace(hash, inputs.size());
    if (is_new) inputs.emplace_back(hash.AsView());
    places.push_back(known->second);
  }
  std::vector<OprfDigest> values;
  for (size_t first = 0; first < inputs.size(); first += BlindEvaluator::kMostElements) {
    const size_t end = std::min(inputs.size(), first + BlindEvaluator::kMostElements);
    BL_ASSIGN_OR_RETURN(const std::vector<OprfDigest> part,
                        Evaluate({inputs.begin() + static_cast<ptrdiff_t>(first),
                                  inputs.begin() + static_cast<ptrdiff_t>(end)}));
    values.insert(values.end(), part.begin(), part.end());
  }
  std::vector<Made> made;
  made.reserve(hashes.size());
  for (const size_t place : places) {
    const uint8_t* const value = values[place].data();
    made.push_back({Token::FromBytes(value), Token::FromBytes(value + Token::kSize)});
  }
  return made;
}

}  // namespace blindlink::agent
