#pragma once

#include <string>
#include <vector>
#include "absl/strings/string_view.h"

#include "blindlink/v1/plan.pb.h"

namespace blindlink {

// A mistake in a plan and where it stands. Line and column count from 1; 0 if not known.
struct PlanMistake {
  int line = 0;
  int column = 0;
  std::string message;
};

// Reads `text` and checks it whole. On success `plan` holds it with defaults filled in and the
// result is empty.
std::vector<PlanMistake> ReadAndCheckPlan(absl::string_view text, v1::LinkagePlan* plan);

}  // namespace blindlink
