#pragma once

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "agent/oblivious/blind_evaluator.h"
#include "common/base/bytes16.h"
#include "common/oprf/group.h"
#include "common/plan/plan.h"

namespace blindlink::agent {

// Makes the tokens of oblivious match keys (docs/formats/tokens.md) of what the token key makes of
// them. Equal hashes give equal tokens, and different ones different tokens. Thread-safe.
class ObliviousTokens {
 public:
  // FAILED_PRECONDITION if `evaluator` is null: without a key server there are no such tokens.
  // INVALID_ARGUMENT if the plan's public key is no element of the group. `evaluator` must outlive
  // the object.
  static absl::StatusOr<ObliviousTokens> Create(const Plan& plan, BlindEvaluator* evaluator);

  // Asks the key server for one value, of nobody: whether it answers, and with the plan's key.
  // Errors as Make.
  absl::Status CheckKeyServer() const;

  struct Made {
    Token token;
    // What evidence codes that travel with the token are made of in its place: bytes that, unlike
    // the token, nobody sees but who has asked the key server.
    Token evidence_seed;
  };
  // In the order of `hashes`. Errors are the evaluator's; FAILED_PRECONDITION if the key server has
  // another key than the plan's, DATA_LOSS if its proof does not hold.
  absl::StatusOr<std::vector<Made>> Make(absl::Span<const Token> hashes) const;

 private:
  ObliviousTokens(const OprfElement& public_key, BlindEvaluator& evaluator)
      : public_key_(public_key), evaluator_(&evaluator) {}

  absl::StatusOr<std::vector<OprfDigest>> Evaluate(std::vector<std::string> inputs) const;

  OprfElement public_key_;
  BlindEvaluator* evaluator_;
};

}  // namespace blindlink::agent
