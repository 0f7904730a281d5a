#include "agent/padding/token_padding.h"

#include <algorithm>
#include <numeric>
#include <string>

#include "common/base/encoding.h"
#include "common/plan/padding.h"

namespace blindlink::agent {

TokenPadding::TokenPadding(const Plan& plan, const TokenRecipe& recipe, const HmacSha256& key)
    : key_(key),
      all_slots_(plan.proto().max_records_per_token_at_site() > 0),
      forms_(recipe.match_keys.size()) {
  if (!plan.proto().has_padding()) return;
  for (size_t i = 0; i < forms_.size(); ++i) {
    const std::vector<FormCombination>& combinations = recipe.match_keys[i].combinations;
    const size_t slots = PaddedTokens(plan.proto(), plan.proto().match_keys(static_cast<int>(i)));
    for (size_t slot = 0; slot < slots; ++slot) {
      forms_[i].push_back(combinations[slot % combinations.size()].form_code);
    }
  }
}

Token TokenPadding::TokenOf(const RecordPseudonym& record, size_t match_key, uint64_t slot) const {
  std::string message(record.AsView());
  AppendNumber64(match_key, &message);
  AppendNumber64(slot, &message);
  return Token{key_.Digest16(message)};
}

std::vector<size_t> TokenPadding::SlotsFor(size_t match_key,
                                           const std::vector<uint8_t>& forms) const {
  std::vector<size_t> free(forms_[match_key].size());
  std::iota(free.begin(), free.end(), 0);
  size_t in_no_slot = 0;
  for (const uint8_t form : forms) {
    auto slot = free.begin();
    while (slot != free.end() && forms_[match_key][*slot] != form) ++slot;
    if (slot == free.end()) {
      ++in_no_slot;
    } else {
      free.erase(slot);
    }
  }
  free.resize(free.size() - std::min(free.size(), in_no_slot));
  return free;
}

size_t TokenPadding::Pad(const RecordPseudonym& record, std::vector<MadeToken>* tokens) const {
  std::vector<std::vector<uint8_t>> own(forms_.size());
  if (!all_slots_) {
    for (const MadeToken& made : *tokens) own[made.match_key].push_back(made.form_code);
  }
  const size_t before = tokens->size();
  for (size_t i = 0; i < forms_.size(); ++i) {
    for (const size_t slot : SlotsFor(i, own[i])) {
      tokens->push_back({TokenOf(record, i, slot), static_cast<uint8_t>(i), forms_[i][slot]});
    }
  }
  return tokens->size() - before;
}

}  // namespace blindlink::agent
