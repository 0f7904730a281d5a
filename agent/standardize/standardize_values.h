#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "agent/standardize/text/standard_value.h"
#include "blindlink/v1/plan.pb.h"

namespace blindlink::agent {

// How the raw texts of one field were understood.
struct TextOutcomes {
  struct Unused {
    ValueState state;    // kInvalid or kPlaceholder
    const char* reason;  // a literal
  };

  size_t missing = 0;  // texts that say nothing
  size_t changed = 0;  // usable texts that differ from their standard form
  std::vector<Unused> unused;
  std::vector<ValueChanges> changes;  // of the texts that have any
  size_t other_writing = 0;           // changed texts that have none
};

// Standardizes a field's raw texts. Replaces `values`, which get each standard form once, and
// `outcomes`. If no text is usable, `values` are the damaged ones, so either all values are damaged
// or none.
void StandardizeValues(v1::Standardizer standardizer, absl::Span<const std::string> raw,
                       const StandardizeOptions& options, std::vector<StandardValue>* values,
                       TextOutcomes* outcomes);

}  // namespace blindlink::agent
