#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "agent/address_reference/address_validator.h"
#include "agent/compare/comparable_record.h"
#include "agent/goldstandard/blocking_keys.h"
#include "agent/input/input_record.h"
#include "agent/input/reject_log.h"
#include "agent/standardize/text/standard_value.h"
#include "agent/tokenize/record_values.h"
#include "agent/tokenize/token_recipe.h"
#include "common/plan/plan.h"

namespace blindlink::agent {

// A record ready to be blocked and compared.
struct PreparedRecord {
  std::string id;
  uint64_t row = 0;  // of its file
  ComparableRecord values;
  std::vector<RecordBlock> blocks;
};

// Makes records' values and blocking keys. Reports values that are not used to `rejects`. Keeps
// buffers: each thread needs its own.
class RecordPreparer {
 public:
  // `compared`: the plan's fields that are compared (RecordComparison::plan_fields). `addresses`
  // may be null. All arguments but `standardize` must outlive the preparer.
  RecordPreparer(const Plan& plan, const std::vector<size_t>& compared,
                 const StandardizeOptions& standardize, const AddressValidator* addresses,
                 RejectLog* rejects);

  PreparedRecord Prepare(const RawRecord& record);

 private:
  void ReportUnused();

  const v1::LinkagePlan& plan_;
  const std::vector<size_t>& compared_;
  RejectLog* const rejects_;
  BlockingKeyMaker keys_;
  const TokenRecipe recipe_;
  RecordValues values_;
  std::vector<UnusedValue> unused_;
};

}  // namespace blindlink::agent
