#include "agent/token_audit/auditing_sink.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "agent/token_audit/naming.h"
#include "agent/token_audit/naming_verdict.h"
#include "common/base/status_macros.h"
#include "common/token_audit/audit_verdict.h"

namespace blindlink::agent {
namespace {

constexpr size_t kLongestReason = 500;  // bytes

}  // namespace

AuditingSink::AuditingSink(const Plan& plan, const std::filesystem::path& folder, BlockSink& next)
    : plan_(plan),
      next_(next),
      audit_(plan, {.folder = folder, .class_size = plan.proto().audit().class_size()}),
      truth_(plan, audit_.layout()) {}

absl::Status AuditingSink::Write(v1::TokenBlock block) {
  BL_RETURN_IF_ERROR(audit_.Add(block));
  return next_.Write(std::move(block));
}

absl::StatusOr<v1::TokenSetAudit> AuditingSink::Finish() {
  BL_ASSIGN_OR_RETURN(const TokenAuditFindings findings, audit_.Finish());
  if (truth_.records() != findings.records) {
    return absl::InternalError(absl::StrCat("the audit saw ", findings.records,
                                            " records and the values of ", truth_.records()));
  }
  v1::TokenSetAudit verdict = JudgeTokenSet(findings, audit_.layout(), plan_);
  JudgeNaming(BestOfEachTarget(NameByAllWays(audit_, truth_)), audit_.layout(), plan_, &verdict);
  return verdict;
}

absl::Status AllowSending(const std::string& reason, v1::UploadCounts* counts) {
  if (reason.size() > kLongestReason) {
    return absl::InvalidArgumentError("the reason of --send-despite-audit has more than 500 bytes");
  }
  // Also for a set that passes here: the resolver may find more.
  if (!reason.empty()) counts->mutable_audit()->set_sent_despite(reason);
  if (!reason.empty() || counts->audit().exceeded().empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("nothing was sent: the tokens show more than the plan allows:\n  ",
                   absl::StrJoin(counts->audit().exceeded(), "\n  "),
                   "\nUse a plan whose tokens do not chain, such as us-guarded, or state "
                   "--send-despite-audit with a reason, which the coordinator can read"));
}

}  // namespace blindlink::agent
