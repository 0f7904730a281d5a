#pragma once

#include <atomic>
#include <cstddef>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "agent/oblivious/blind_evaluator.h"
#include "common/base/hex.h"
#include "common/base/status_macros.h"
#include "common/oprf/group.h"
#include "common/oprf/oprf_key.h"
#include "common/plan/plan.h"

namespace blindlink::agent {

// A key server in this process. Its key is that of RFC 9497's vectors.
class LocalKeyServer : public BlindEvaluator {
 public:
  static OprfKey KeyOf(const std::string& info) {
    return OprfKey::Derive(SecretBytes(std::vector<uint8_t>(32, 0xa3)), info);
  }

  explicit LocalKeyServer(const std::string& info = "test key") : key(KeyOf(info)) {
    shown_key = key.public_key();
  }

  absl::StatusOr<KeyServerAnswer> Evaluate(absl::Span<const OprfElement> blinded) override {
    ++calls;
    elements += blinded.size();
    BL_RETURN_IF_ERROR(error);
    BL_ASSIGN_OR_RETURN(OprfEvaluation evaluation, key.Evaluate(blinded));
    return KeyServerAnswer{std::move(evaluation), shown_key};
  }

  const OprfKey key;
  OprfElement shown_key;
  absl::Status error;
  std::atomic<size_t> calls = 0;
  std::atomic<size_t> elements = 0;
};

// A plan with first name, last name and date of birth: oblivious name-dob, and last-dob, which is
// not. With evidence.
inline Plan ObliviousPlan(const std::string& oblivious = "oblivious: true",
                          const std::string& more = "") {
  const std::string public_key =
      oblivious.empty() ? ""
                        : "oblivious_key { public_key: \"" +
                              HexEncode(ViewOf(LocalKeyServer().key.public_key())) + "\" }";
  auto plan = Plan::Parse(R"(
    name: "test" version: 1 description: "For tests." standardizer_version: "3"
    fields { name: "first_name" standardizer: GIVEN_NAME }
    fields { name: "last_name" standardizer: SURNAME }
    fields { name: "zip" standardizer: POSTAL_CODE }
    fields { name: "date_of_birth" standardizer: DATE }
    match_rules { name: "r" level: FULL score: 1 all_of { match_key: "name-dob" } }
    evidence { field: "zip" }
    match_keys { name: "name-dob" id: 1
      components { field: "first_name" variants { form: NICKNAME_ROOT } }
      components { field: "last_name" }
      components { field: "date_of_birth" variants { form: DAY_MONTH_SWAPPED } }
      )" + oblivious + R"( }
    match_keys { name: "last-dob" id: 2
      components { field: "last_name" } components { field: "date_of_birth" } }
  )" + public_key + more);
  if (!plan.ok()) fprintf(stderr, "%s\n", std::string(plan.status().message()).c_str());
  return *std::move(plan);
}

}  // namespace blindlink::agent
