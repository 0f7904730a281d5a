#pragma once

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "agent/standardize/text/standard_value.h"
#include "common/plan/evidence_layout.h"

namespace blindlink::agent {

// What a record's evidence codes are made of: a 64-bit hash of each item's text, the same at every
// site, 0 where the record has no such text. Never leaves the agent as it is.
//
// Appends those of `items`, which are of one field, made of the field's values, of which the first
// counts. Pure, thread-safe.
void AppendEvidenceValues(absl::Span<const EvidenceItem> items,
                          const std::vector<StandardValue>& values, std::vector<uint64_t>* out);

}  // namespace blindlink::agent
