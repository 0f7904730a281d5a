#include "common/plan/padding.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <string>

namespace blindlink {
namespace {

constexpr uint32_t kMostTokens = 64;
constexpr uint32_t kMostFakes = 1000;

void CheckFakes(const v1::LinkagePlan& plan, const PlanPlace& top, PlanMistakes* mistakes) {
  if (plan.fakes_per_1000_records() > kMostFakes) {
    mistakes->Add(top, "fakes_per_1000_records", "must be at most 1000");
  }
  if (plan.fakes_per_1000_records() > 0 && plan.max_records_per_token_at_site() > 0 &&
      !plan.has_padding()) {
    mistakes->Add(top, "fakes_per_1000_records",
                  "needs padding where max_records_per_token_at_site leaves out tokens: otherwise "
                  "a record that lacks some is no fake");
  }
}

}  // namespace

uint32_t PaddedTokens(const v1::LinkagePlan& plan, const v1::MatchKey& match_key) {
  for (const v1::PaddedMatchKey& padded : plan.padding().match_keys()) {
    if (padded.match_key() == match_key.name()) return padded.tokens();
  }
  if (plan.padding().tokens() > 0) return plan.padding().tokens();
  return static_cast<uint32_t>(std::ceil(match_key.usual_tokens()));
}

void CheckPadding(const v1::LinkagePlan& plan, const PlanPlace& top, PlanMistakes* mistakes) {
  std::set<std::string> named;
  const PlanPlace place = top.Nested("padding", 0);
  for (int i = 0; i < plan.padding().match_keys_size(); ++i) {
    const v1::PaddedMatchKey& padded = plan.padding().match_keys(i);
    const bool exists = std::any_of(
        plan.match_keys().begin(), plan.match_keys().end(),
        [&](const v1::MatchKey& match_key) { return match_key.name() == padded.match_key(); });
    if (!exists) {
      mistakes->AddNested(place, "match_keys", i, "match_key",
                          "there is no such match key in match_keys");
    } else if (!named.insert(padded.match_key()).second) {
      mistakes->AddNested(place, "match_keys", i, "match_key", "is a duplicate");
    }
    if (padded.tokens() < 1 || padded.tokens() > kMostTokens) {
      mistakes->AddNested(place, "match_keys", i, "tokens", "must be from 1 to 64");
    }
  }
  if (plan.padding().tokens() > kMostTokens) {
    mistakes->AddNested(top, "padding", 0, "tokens",
                        "must be at most 64, or 0 for the usual_tokens of each match key");
  }
  CheckFakes(plan, top, mistakes);
}

}  // namespace blindlink
