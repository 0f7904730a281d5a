#include "resolver/linkage/meeting_table.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"

namespace blindlink::resolver {
namespace {

// How two form codes of one match key met: per component the form that was not the base (or the
// base).
struct Meeting {
  std::vector<v1::Form> forms;
  size_t stretched = 0;
  bool exchanged = false;
};

std::optional<Meeting> Meet(const MatchKeyLayout& key, uint8_t left_code, uint8_t right_code) {
  const DecodedFormCode left = key.DecodeForms(left_code);
  const DecodedFormCode right = key.DecodeForms(right_code);
  if (!key.MayMeet(left, right)) return std::nullopt;
  Meeting meeting;
  meeting.exchanged = left.exchanged || right.exchanged;
  for (size_t i = 0; i < key.components.size(); ++i) {
    const ComponentLayout& component = key.components[i];
    const uint8_t other = std::max(left.form_indices[i], right.form_indices[i]);
    meeting.forms.push_back(component.forms[other]);
    if (other != 0) ++meeting.stretched;
  }
  return meeting;
}

bool Accepts(const v1::Condition& condition, const std::string& field, v1::Form form) {
  return std::any_of(
      condition.accept().begin(), condition.accept().end(), [&](const v1::Accept& accept) {
        return accept.field() == field && std::find(accept.forms().begin(), accept.forms().end(),
                                                    form) != accept.forms().end();
      });
}

bool Satisfies(const v1::LinkagePlan& plan, const MatchKeyLayout& key, const Meeting& meeting,
               const v1::Condition& condition) {
  if (condition.match_key() != key.name) return false;
  if (condition.max_stretched() > 0 && meeting.stretched > condition.max_stretched()) return false;
  if (condition.any_form()) return true;
  if (meeting.exchanged && !condition.accept_exchange()) return false;
  for (size_t i = 0; i < key.components.size(); ++i) {
    const ComponentLayout& component = key.components[i];
    if (meeting.forms[i] == component.forms[0]) continue;
    const std::string& field = plan.fields(static_cast<int>(component.field)).name();
    if (!Accepts(condition, field, meeting.forms[i])) return false;
  }
  return true;
}

MeetingTable::Conditions SatisfiedBy(const v1::LinkagePlan& plan, const MatchKeyLayout& key,
                                     const Meeting& meeting) {
  MeetingTable::Conditions satisfied;
  size_t bit = 0;
  for (const v1::MatchRule& rule : plan.match_rules()) {
    for (const v1::Condition& condition : rule.all_of()) {
      satisfied[bit++] = Satisfies(plan, key, meeting, condition);
    }
  }
  return satisfied;
}

}  // namespace

absl::StatusOr<MeetingTable> MeetingTable::Make(const Plan& plan) {
  MeetingTable table;
  size_t bit = 0;
  for (const v1::MatchRule& rule : plan.proto().match_rules()) {
    Conditions bits;
    for (int i = 0; i < rule.all_of_size(); ++i) {
      if (bit == kMaxConditions) {
        return absl::InvalidArgumentError(
            absl::StrCat("the plan's rules have more than ", kMaxConditions,
                         " conditions together: remove rules or conditions"));
      }
      bits.set(bit++);
    }
    table.rules_.push_back(bits);
  }
  // Many form codes satisfy the same conditions: each set is kept once.
  std::map<std::string, int32_t> known;
  for (const MatchKeyLayout& key : plan.match_keys()) {
    KeyTable& cells = table.keys_.emplace_back();
    cells.form_codes = key.FormCodeCount();
    cells.cells.assign(cells.form_codes * cells.form_codes, -1);
    for (size_t cell = 0; cell < cells.cells.size(); ++cell) {
      const auto meeting = Meet(key, static_cast<uint8_t>(cell / cells.form_codes),
                                static_cast<uint8_t>(cell % cells.form_codes));
      if (!meeting) continue;
      const Conditions satisfied = SatisfiedBy(plan.proto(), key, *meeting);
      const auto [at, is_new] =
          known.emplace(satisfied.to_string(), static_cast<int32_t>(table.conditions_.size()));
      if (is_new) table.conditions_.push_back(satisfied);
      cells.cells[cell] = at->second;
    }
  }
  return table;
}

const MeetingTable::Conditions* MeetingTable::Find(size_t match_key, uint8_t left_form,
                                                   uint8_t right_form) const {
  const int32_t index = FindIndex(match_key, left_form, right_form);
  return index < 0 ? nullptr : &conditions(index);
}

int MeetingTable::FirstRule(const Conditions& satisfied) const {
  for (size_t i = 0; i < rules_.size(); ++i) {
    if ((rules_[i] & satisfied) == rules_[i]) return static_cast<int>(i);
  }
  return -1;
}

}  // namespace blindlink::resolver
