#pragma once

#include <bitset>
#include <cstdint>
#include <vector>

#include "common/plan/plan.h"

namespace blindlink::resolver {

// For each pair of form codes of a match key: whether the tokens may meet, and which conditions
// that satisfies. The sweep looks this up for every shared token, so all of it is computed
// beforehand. Immutable; threads may share it.
//
// Which forms may meet, component by component:
//   base and base; base and a variant; a variant and the same variant if it meets BASE_OR_SAME.
//   Two different variants never meet. An exchanged token meets only an unexchanged one.
class MeetingTable {
 public:
  // Over all rules of a plan; a condition that occurs in several rules has several bits.
  static constexpr size_t kMaxConditions = 256;
  using Conditions = std::bitset<kMaxConditions>;

  // INVALID_ARGUMENT if the plan's rules have more than kMaxConditions conditions together.
  static absl::StatusOr<MeetingTable> Make(const Plan& plan);

  // Null if these forms may not meet: the shared token then means nothing. Otherwise the
  // conditions, by their bits, that the meeting satisfies (perhaps none). `match_key` is an index
  // into plan.match_keys(); the form codes are less than its FormCodeCount().
  const Conditions* Find(size_t match_key, uint8_t left_form, uint8_t right_form) const;

  // The same as a number that a candidate pair can carry: -1 if these forms may not meet, otherwise
  // an index for conditions(). Symmetric in the two forms.
  int32_t FindIndex(size_t match_key, uint8_t left_form, uint8_t right_form) const {
    const KeyTable& key = keys_[match_key];
    return key.cells[left_form * key.form_codes + right_form];
  }
  const Conditions& conditions(int32_t index) const {
    return conditions_[static_cast<size_t>(index)];
  }

  size_t condition_count() const { return conditions_.size(); }

  // Bits of rule `i`'s conditions: the rule holds when all are satisfied.
  const std::vector<Conditions>& rules() const { return rules_; }

  // Index of the first rule, in the plan's order, that `satisfied` fulfils; -1 if none.
  int FirstRule(const Conditions& satisfied) const;

 private:
  struct KeyTable {
    size_t form_codes = 0;
    std::vector<int32_t> cells;  // form_codes x form_codes; -1 or an index into conditions_
  };
  std::vector<KeyTable> keys_;
  std::vector<Conditions> conditions_;
  std::vector<Conditions> rules_;
};

}  // namespace blindlink::resolver
