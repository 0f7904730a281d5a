#include "common/plan/plan_digest.h"

#include <algorithm>
#include <vector>

#include "common/base/byte_order.h"

namespace blindlink {
namespace {

void UpdateText(absl::string_view text, Sha256* hash) {
  uint8_t size[8];
  StoreBigEndian64(text.size(), size);
  hash->Update({reinterpret_cast<const char*>(size), sizeof(size)});
  hash->Update(text);
}

}  // namespace

Sha256Digest TokenizationDigest(const v1::LinkagePlan& plan,
                                absl::Span<const MatchKeyLayout> match_keys,
                                const EvidenceLayout& evidence) {
  std::vector<const MatchKeyLayout*> by_id;
  for (const MatchKeyLayout& match_key : match_keys) by_id.push_back(&match_key);
  std::sort(by_id.begin(), by_id.end(), [](const auto* a, const auto* b) { return a->id < b->id; });
  Sha256 hash;
  UpdateText("blindlink/v1 tokenization", &hash);
  UpdateText(plan.standardizer_version(), &hash);
  UpdateText(v1::TokenScheme_Name(plan.token_scheme()), &hash);
  for (const MatchKeyLayout* match_key : by_id) UpdateText(match_key->canonical_definition, &hash);
  if (!evidence.empty()) UpdateText(evidence.canonical_definition(), &hash);
  return hash.Finish();
}

}  // namespace blindlink
