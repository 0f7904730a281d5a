#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "agent/compare/comparable_record.h"
#include "agent/goldstandard/blocking_keys.h"
#include "agent/input/input_record.h"
#include "agent/input/reject_log.h"
#include "agent/standardize/text/standard_value.h"
#include "common/plan/plan.h"

namespace blindlink::agent {

// A record ready to be found and compared.
struct PreparedRecord {
  std::string id;
  uint64_t row = 0;  // of its file
  ComparableRecord values;
  std::vector<RecordBlock> blocks;
};

// Standardizes records and makes their blocking keys. Values that cannot be used go to `rejects`.
// Keeps buffers: one thread.
class RecordPreparer {
 public:
  // `compared`: the plan's fields that are compared (RecordComparison::plan_fields). All that is
  // passed must outlive it.
  RecordPreparer(const Plan& plan, const std::vector<size_t>& compared,
                 const StandardizeOptions& standardize, RejectLog* rejects);

  PreparedRecord Prepare(const RawRecord& record);

 private:
  const v1::LinkagePlan& plan_;
  const std::vector<size_t>& compared_;
  const StandardizeOptions standardize_;
  RejectLog* const rejects_;
  BlockingKeyMaker keys_;
  std::vector<std::vector<StandardValue>> values_;  // by field
};

}  // namespace blindlink::agent
