#pragma once

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
// code that says which forms of which components made a token.

struct ComponentLayout {
  size_t field;                  // index into LinkagePlan.fields
  std::vector<v1::Form> forms;   // [0] is the base form, then the variants in the plan's order
  std::vector<v1::Meets> meets;  // parallel to forms; [0] means nothing
};

struct DecodedFormCode {
  std::vector<uint8_t> form_indices;  // by component: index into ComponentLayout.forms
  bool exchanged = false;
};

struct MatchKeyLayout {
  std::string name;
  uint8_t id = 0;
  std::vector<ComponentLayout> components;
  // Components whose values may have changed places.
  std::optional<std::pair<size_t, size_t>> exchange;
  uint32_t max_tokens_per_record = 0;
  // What the match key's HKDF label holds: an injective encoding of all that decides its tokens.
  std::string canonical_definition;

  // How many form codes there are, at most 256.
  size_t FormCodeCount() const;
  // Mixed radix: the first component counts fastest, the exchange flag is the last digit. Code 0 is
  // "all base, not exchanged".
  uint8_t EncodeForms(absl::Span<const uint8_t> form_indices, bool exchanged) const;
  // `code` must be less than FormCodeCount().
  DecodedFormCode DecodeForms(uint8_t code) const;
  // Whether two tokens made in these forms may meet: the base and any variant, or a variant and the
  // same one if it meets BASE_OR_SAME; two different variants never; exchanged with not exchanged
  // only. Symmetric.
  bool MayMeet(const DecodedFormCode& left, const DecodedFormCode& right) const;
};

// From a checked plan.
MatchKeyLayout MakeLayout(const v1::LinkagePlan& plan, const v1::MatchKey& match_key);

}  // namespace blindlink
