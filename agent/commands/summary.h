#pragma once

#include <optional>
#include <string>

#include "agent/address_reference/address_report.h"
#include "agent/input/reject_log.h"
#include "agent/padding/additions.h"
#include "blindlink/v1/token_block.pb.h"
#include "common/plan/plan.h"

namespace blindlink::agent {

// The outcome of tokenizing an input. Counts only.
struct TokenizeSummary {
  v1::UploadManifest manifest;
  v1::UploadCounts counts;  // with what was added
  AddedCounts added;
  RejectLog::Counts rejects;
  std::optional<AddressCounts> addresses;  // with --address-reference
  double seconds = 0;
};

// A table for people; `plan` gives the names of match keys.
std::string SummaryToText(const TokenizeSummary& summary, const Plan& plan);
// The same as one JSON object.
std::string SummaryToJson(const TokenizeSummary& summary, const Plan& plan);

}  // namespace blindlink::agent
