#include "common/token_audit/token_audit.h"

#include <numeric>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "common/base/status_macros.h"

namespace blindlink {

TokenAudit::TokenAudit(const Plan& plan, TokenAuditOptions options)
    : plan_(plan),
      options_(std::move(options)),
      layout_(plan),
      groups_(plan, layout_, options_.folder, options_.memory_budget) {}

absl::StatusOr<TokenAuditFindings> TokenAudit::Finish() {
  GroupAuditOptions options;
  options.class_size = options_.class_size;
  options.strangers_by_record = true;
  options.ways.resize(layout_.ways().size());
  std::iota(options.ways.begin(), options.ways.end(), size_t{0});
  audit_.emplace(plan_, layout_, groups_.records(), std::move(options));
  BL_RETURN_IF_ERROR(groups_.Sort());
  while (true) {
    BL_ASSIGN_OR_RETURN(const absl::Span<const AuditedToken> group, groups_.Next());
    if (group.empty()) return audit_->Finish();
    audit_->Add(group);
  }
}

}  // namespace blindlink
