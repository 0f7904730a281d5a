#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "agent/tokenize/record_tokenizer.h"
#include "agent/tokenize/token_recipe.h"
#include "common/base/bytes16.h"
#include "common/crypto/hmac_sha256.h"
#include "common/plan/plan.h"

namespace blindlink::agent {

// Tokens that no other record has, of this site or another, so that all records have as many tokens
// of a match key as the plan says, made in the same forms (docs/padding.md). They are drawn from
// the site's padding key (RecordKey::DerivePaddingKey): the same input gives the same ones after an
// interruption, and nobody else can tell them from hashes of values. Immutable; threads may share
// it.
//
// A match key has a slot for each token up to the plan's number. The form of a slot is that of the
// match key's combinations in order, the least stretched first, from the start again if there are
// fewer. A record's own tokens take the slots of their forms, and what is left is padding.
class TokenPadding {
 public:
  // Without padding in the plan there are no slots.
  TokenPadding(const Plan& plan, const TokenRecipe& recipe, const HmacSha256& key);

  // Appends what the record lacks to its tokens, and returns how many it appended. If the plan's
  // max_records_per_token_at_site may yet remove some of the record's own, it appends all slots;
  // PaddingTrim removes those that turn out to be too many.
  size_t Pad(const RecordPseudonym& record, std::vector<MadeToken>* tokens) const;

  // The slots that are padding in a record whose own tokens of the match key, by index, have these
  // forms.
  std::vector<size_t> SlotsFor(size_t match_key, const std::vector<uint8_t>& forms) const;
  size_t SlotCount(size_t match_key) const { return forms_[match_key].size(); }
  // The token of a slot. Slots from kBeyondPadding on are no padding: they are for the tokens of
  // fakes.
  Token TokenOf(const RecordPseudonym& record, size_t match_key, uint64_t slot) const;
  static constexpr uint64_t kBeyondPadding = 1 << 16;

 private:
  const HmacSha256 key_;
  const bool all_slots_;
  std::vector<std::vector<uint8_t>> forms_;  // by match key and slot
};

}  // namespace blindlink::agent
