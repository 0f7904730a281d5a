#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "blindlink/v1/token_block.pb.h"
#include "common/extsort/external_sorter.h"
#include "common/plan/plan.h"
#include "common/token_audit/audited_token.h"
#include "common/token_audit/chain_layout.h"

namespace blindlink {

// Gathers the tokens of a dataset and gives them back by token. Memory: `memory_budget` bytes, and
// on disk 40 bytes a token in a nameless file. Errors are those of ExternalSorter. Not thread-safe.
class TokenGroups {
 public:
  // `plan` and `layout` must outlive it.
  TokenGroups(const Plan& plan, const ChainLayout& layout, const std::filesystem::path& folder,
              uint64_t memory_budget)
      : plan_(plan), layout_(layout), sorter_(folder, memory_budget) {}

  // A block that CheckBlock accepts. RESOURCE_EXHAUSTED from 2^31 records on.
  absl::Status Add(const v1::TokenBlock& block);
  // Call once, after the last block and before Next.
  absl::Status Sort();
  // All tokens that are equal, in the order of match keys; empty at the end. Valid until the next
  // call.
  absl::StatusOr<absl::Span<const AuditedToken>> Next();

  uint32_t records() const { return records_; }

 private:
  absl::Status AddColumn(const v1::TokenColumn& column, size_t match_key);

  const Plan& plan_;
  const ChainLayout& layout_;
  ExternalSorter<AuditedToken> sorter_;
  uint32_t records_ = 0;
  std::vector<AuditedToken> group_;
  const AuditedToken* next_ = nullptr;  // of the sorter; the first of the next group
};

}  // namespace blindlink
