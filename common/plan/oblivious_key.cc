#include "common/plan/oblivious_key.h"

#include <algorithm>
#include <optional>

#include "common/base/hex.h"

namespace blindlink {
namespace {

constexpr size_t kPublicKeySize = 32;

}  // namespace

std::string ObliviousPublicKeyOf(const v1::LinkagePlan& plan) {
  const std::optional<std::string> key = HexDecode(plan.oblivious_key().public_key());
  return key.has_value() && key->size() == kPublicKeySize ? *key : std::string();
}

bool NeedsKeyServer(const v1::LinkagePlan& plan) {
  return std::any_of(plan.match_keys().begin(), plan.match_keys().end(),
                     [](const v1::MatchKey& match_key) { return match_key.oblivious(); });
}

void CheckObliviousKey(const v1::LinkagePlan& plan, const PlanPlace& top, PlanMistakes* mistakes) {
  if (plan.has_oblivious_key() && ObliviousPublicKeyOf(plan).empty()) {
    mistakes->AddNested(top, "oblivious_key", 0, "public_key",
                        "must be the 64 hexadecimal digits that blindlink-keyserver init prints");
  }
  if (plan.has_oblivious_key() && !NeedsKeyServer(plan)) {
    mistakes->Add(top, "oblivious_key",
                  "no match key is oblivious: write oblivious: true in those that need the key "
                  "server, or remove this");
  }
  if (plan.has_oblivious_key()) return;
  for (int i = 0; i < plan.match_keys_size(); ++i) {
    if (!plan.match_keys(i).oblivious()) continue;
    mistakes->AddNested(top, "match_keys", i, "oblivious",
                        "needs oblivious_key { public_key: ... } in the plan, the project's public "
                        "key at its key server");
  }
}

}  // namespace blindlink
