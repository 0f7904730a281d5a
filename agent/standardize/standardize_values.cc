#include "agent/standardize/standardize_values.h"

#include <algorithm>
#include <utility>

#include "agent/standardize/standardize.h"
#include "agent/standardize/text/distinct_values.h"

namespace blindlink::agent {
namespace {

void Count(const std::string& text, const StandardizeResult& result, TextOutcomes* outcomes) {
  if (!result.changes.empty()) outcomes->changes.push_back(result.changes);
  if (result.state == ValueState::kUsable) {
    const bool changed = result.values[0].text != text;
    outcomes->changed += changed ? 1 : 0;
    outcomes->other_writing += changed && result.changes.empty() ? 1 : 0;
  } else if (result.state == ValueState::kMissing) {
    ++outcomes->missing;
  } else {
    outcomes->unused.push_back({result.state, result.reason});
  }
}

}  // namespace

void StandardizeValues(v1::Standardizer standardizer, absl::Span<const std::string> raw,
                       const StandardizeOptions& options, std::vector<StandardValue>* values,
                       TextOutcomes* outcomes) {
  values->clear();
  outcomes->missing = outcomes->changed = outcomes->other_writing = 0;
  outcomes->unused.clear();
  outcomes->changes.clear();
  for (const std::string& text : raw) {
    StandardizeResult result = Standardize(standardizer, text, options);
    Count(text, result, outcomes);
    if (raw.size() == 1 && result.values.size() == 1) {  // the usual case
      *values = std::move(result.values);
      return;
    }
    for (StandardValue& value : result.values) AddDistinct(std::move(value), values);
  }
  const auto is_damaged = [](const StandardValue& value) { return value.damaged; };
  if (!std::all_of(values->begin(), values->end(), is_damaged)) {
    values->erase(std::remove_if(values->begin(), values->end(), is_damaged), values->end());
  }
}

}  // namespace blindlink::agent
