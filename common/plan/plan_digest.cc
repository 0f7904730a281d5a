#include "common/plan/plan_digest.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/encoding.h"
#include "common/plan/plan_defaults.h"

namespace blindlink {

Sha256Digest TokenizationDigest(const v1::LinkagePlan& plan,
                                absl::Span<const MatchKeyLayout> match_keys,
                                const EvidenceLayout& evidence) {
  std::vector<const MatchKeyLayout*> by_id;
  for (const MatchKeyLayout& match_key : match_keys) by_id.push_back(&match_key);
  std::sort(by_id.begin(), by_id.end(), [](const auto* a, const auto* b) { return a->id < b->id; });
  std::string bytes;
  AppendText64("blindlink/v1 tokenization", &bytes);
  AppendText64(plan.standardizer_version(), &bytes);
  AppendText64(v1::TokenScheme_Name(plan.token_scheme()), &bytes);
  for (const MatchKeyLayout* match_key : by_id) {
    AppendText64(match_key->canonical_definition, &bytes);
  }
  if (!evidence.empty()) AppendText64(evidence.canonical_definition(), &bytes);
  if (plan.limits().earliest_year() != kDefaultEarliestYear) {
    AppendText64(absl::StrCat("earliest year ", plan.limits().earliest_year()), &bytes);
  }
  if (plan.fakes_per_1000_records() > 0) {
    AppendText64(absl::StrCat("fakes per 1000 records ", plan.fakes_per_1000_records()), &bytes);
  }
  return Sha256Of(bytes);
}

}  // namespace blindlink
