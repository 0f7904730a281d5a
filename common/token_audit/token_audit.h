#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "blindlink/v1/token_block.pb.h"
#include "common/plan/plan.h"
#include "common/token_audit/audit_findings.h"
#include "common/token_audit/chain_layout.h"
#include "common/token_audit/group_audit.h"
#include "common/token_audit/token_groups.h"

namespace blindlink {

struct TokenAuditOptions {
  std::filesystem::path folder = ".";            // for a temporary file, 40 bytes a token
  uint64_t memory_budget = uint64_t{256} << 20;  // for sorting
  uint64_t class_size = 20;                      // records of a larger class count as chained
};

// Attacks a token set as somebody would who sees it without the token key: counts, and joins the
// records that share tokens of a field, or agree in its evidence codes, into classes of one value.
// Memory: the budget, and per record 8 bytes and 8 for each way. Not thread-safe.
class TokenAudit {
 public:
  // `plan` must outlive the audit.
  explicit TokenAudit(const Plan& plan, TokenAuditOptions options = {});

  // A block that CheckBlock accepts, in the order of the dataset. Errors as TokenGroups.
  absl::Status Add(const v1::TokenBlock& block) { return groups_.Add(block); }
  // Call once, after the last block.
  absl::StatusOr<TokenAuditFindings> Finish();

  const ChainLayout& layout() const { return layout_; }
  // After Finish: a number for the class of a record, by the way with this index.
  uint32_t ClassOf(size_t way, uint32_t record) { return audit_->ClassOf(way, record); }
  // After Finish: with how many records it is joined directly.
  uint32_t StrangersOf(size_t way, uint32_t record) const {
    return audit_->StrangersOf(way, record);
  }

 private:
  const Plan& plan_;
  const TokenAuditOptions options_;
  const ChainLayout layout_;
  TokenGroups groups_;
  std::optional<GroupAudit> audit_;  // from Finish on
};

}  // namespace blindlink
