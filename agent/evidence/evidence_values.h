#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "agent/standardize/standard_value.h"
#include "common/plan/evidence_layout.h"

namespace blindlink {

// What a record's evidence codes are made of: a 64-bit hash of each item's text, the same at every
// site, 0 where the record has no such text. Never leaves the agent as it is. Of several values of
// a field the first counts. Keeps buffers: one thread.
class EvidenceValues {
 public:
  explicit EvidenceValues(const EvidenceLayout& layout) : layout_(layout) {}

  // `values` by index of LinkagePlan.fields. The result has one entry for each of layout.items()
  // and is valid until the next call.
  const std::vector<uint64_t>& Make(const std::vector<std::vector<StandardValue>>& values);

 private:
  uint64_t ValueOf(const EvidenceItem& item, const StandardValue& value);
  // The first text of a form, hashed.
  uint64_t FormOf(v1::Form form, const EvidenceItem& item, const StandardValue& value);

  const EvidenceLayout& layout_;
  std::vector<uint64_t> out_;
  std::vector<std::string> forms_;
};

}  // namespace blindlink
