#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "blindlink/v1/plan.pb.h"

namespace blindlink {

// A match key as programs use it: fields by index, forms in a fixed order, and the one-byte form
// code that says which forms of which components a token was made of.

// By index into a plan's match_keys.
inline constexpr size_t kMaxMatchKeys = 256;
using MatchKeySet = std::bitset<kMaxMatchKeys>;

struct ComponentLayout {
  size_t field;                  // index into LinkagePlan.fields
  std::vector<v1::Form> forms;   // [0] is the base form, then the variants in the plan's order
  std::vector<v1::Meets> meets;  // parallel to forms; [0] is unused
};

struct DecodedFormCode {
  std::vector<uint8_t> form_indices;  // by component: index into ComponentLayout.forms
  bool exchanged = false;
};

struct MatchKeyLayout {
  std::string name;
  uint8_t id = 0;
  std::vector<ComponentLayout> components;
  // The two components whose values may be exchanged.
  std::optional<std::pair<size_t, size_t>> exchange;
  uint32_t max_tokens_per_record = 0;
  // Its tokens are made with the help of the plan's key server (docs/oblivious-keys.md).
  bool oblivious = false;
  // The match key's part of the HKDF label: an injective encoding of all that decides its tokens.
  std::string canonical_definition;

  // The number of form codes, at most 256.
  size_t FormCodeCount() const;
  // In mixed radix: the first component varies fastest, and the exchange flag is the last digit.
  // Code 0 means "all base forms, not exchanged".
  uint8_t EncodeForms(absl::Span<const uint8_t> form_indices, bool exchanged) const;
  // `code` must be less than FormCodeCount().
  DecodedFormCode DecodeForms(uint8_t code) const;
  // Whether two tokens made of these forms may meet: the base form and any variant; a variant and
  // itself if it meets BASE_OR_SAME; never two different variants; an exchanged token only with one
  // that is not. Symmetric.
  bool MayMeet(const DecodedFormCode& left, const DecodedFormCode& right) const;
};

// `plan` must have been checked.
MatchKeyLayout MakeLayout(const v1::LinkagePlan& plan, const v1::MatchKey& match_key);

}  // namespace blindlink
