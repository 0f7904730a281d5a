#pragma once

#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/types/span.h"
#include "agent/standardize/text/standard_value.h"
#include "blindlink/v1/plan.pb.h"

namespace blindlink::agent {

// Standardizes a field's raw values and replaces `values` with the results, without duplicate
// texts. Calls `unused` with the reason, a string literal, for each raw value that is invalid or a
// placeholder.
void StandardizeValues(v1::Standardizer standardizer, absl::Span<const std::string> raw,
                       const StandardizeOptions& options, std::vector<StandardValue>* values,
                       absl::FunctionRef<void(const char* reason)> unused);

}  // namespace blindlink::agent
