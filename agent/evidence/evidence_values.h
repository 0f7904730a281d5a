#pragma once

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "agent/standardize/text/standard_value.h"
#include "common/plan/evidence_layout.h"

namespace blindlink::agent {

// The values from which a record's evidence codes are made: a 64-bit hash of each item's text, the
// same at every site, or 0 if the record has no such text. These hashes never leave the agent.
//
// Appends the hashes of `items`, which all belong to one field, made from the field's values; the
// first value counts. Pure, thread-safe.
void AppendEvidenceValues(absl::Span<const EvidenceItem> items,
                          const std::vector<StandardValue>& values, std::vector<uint64_t>* out);

}  // namespace blindlink::agent
