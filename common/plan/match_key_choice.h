#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "blindlink/v1/plan.pb.h"

namespace blindlink {

// Which match keys of a plan are on, by the columns that its sites have in common. Every party
// decides it from the plan alone and therefore alike. All functions are thread-safe.

enum class MatchKeyState {
  kOn,
  kLacksColumn,   // one of its fields is not a column
  kNeedsColumns,  // it is spare, and the plan does not list columns
  kNoRoom,        // it is spare, and the token budget is spent
};

struct MatchKeyChoice {
  std::string match_key;
  bool spare = false;
  MatchKeyState state = MatchKeyState::kOn;
  // How many tokens a record is expected to have of it on average, were it on.
  double tokens = 0;
};

// By match key, in the plan's order. The defaults of `plan` must be filled in.
std::vector<MatchKeyChoice> ChooseMatchKeys(const v1::LinkagePlan& plan);

// Removes from `plan` the match keys that are off, and the evidence of fields that are not columns:
// it would have nothing to be compared with.
void RemoveWhatIsOff(const std::vector<MatchKeyChoice>& choices, v1::LinkagePlan* plan);

// Says to a coordinator or data manager what was chosen and why, in a few lines.
std::string DescribeChoice(const v1::LinkagePlan& plan, const std::vector<MatchKeyChoice>& choices);

}  // namespace blindlink
