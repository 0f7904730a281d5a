#pragma once

#include <filesystem>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "agent/blocks/block_sink.h"
#include "agent/token_audit/site_truth.h"
#include "blindlink/v1/token_block.pb.h"
#include "common/plan/plan.h"
#include "common/token_audit/token_audit.h"

namespace blindlink::agent {

// Audits the blocks that pass through it, and names their records by what it is told of the values
// behind them. Not thread-safe.
class AuditingSink : public BlockSink {
 public:
  // `plan`, which must have thresholds, and `next` must outlive the sink. Needs room in `folder` as
  // TokenAudit does.
  AuditingSink(const Plan& plan, const std::filesystem::path& folder, BlockSink& next);

  absl::Status Write(v1::TokenBlock block) override;
  // To be told of the values of all records, in the order of the blocks, before Finish.
  SiteTruth& truth() { return truth_; }
  // Call once, at the end.
  absl::StatusOr<v1::TokenSetAudit> Finish();

 private:
  const Plan& plan_;
  BlockSink& next_;
  TokenAudit audit_;
  SiteTruth truth_;
};

// What must hold before a token set is sent: it exceeds no threshold of its plan, or `reason` is
// not empty. A reason is always recorded in `counts`, since the resolver may find more than the
// agent. FAILED_PRECONDITION otherwise, with what it exceeds and what to do.
absl::Status AllowSending(const std::string& reason, v1::UploadCounts* counts);

}  // namespace blindlink::agent
