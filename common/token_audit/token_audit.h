#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "blindlink/v1/token_block.pb.h"
#include "common/plan/plan.h"
#include "common/token_audit/chain_layout.h"
#include "common/token_audit/disjoint_sets.h"
#include "common/token_audit/token_groups.h"

namespace blindlink {

struct TokenAuditOptions {
  std::filesystem::path folder = ".";            // for a temporary file, 40 bytes a token
  uint64_t memory_budget = uint64_t{256} << 20;  // for sorting
  uint64_t class_size = 20;                      // records of a larger class count as chained
};

// What the tokens of a match key show by their number.
struct MatchKeyAudit {
  std::string name;
  uint64_t entries = 0;          // tokens of records
  uint64_t distinct = 0;         // different tokens
  uint64_t most_records = 0;     // of one token
  uint64_t in_large_groups = 0;  // tokens of records that more than class_size records share
};

// What one way of joining records gives.
struct ChainAudit {
  std::string name;
  uint64_t largest_class = 0;
  uint64_t classes = 0;          // of at least two records
  uint64_t chained_records = 0;  // in classes of more than class_size records
  // Records with which a record is joined by a token or its codes: the mean, and what the most
  // joined hundredth of the records has at least. Classes form when it passes one (percolation).
  double mean_strangers = 0;
  uint64_t most_strangers = 0;
};

struct TokenAuditFindings {
  uint64_t records = 0;
  uint64_t tokens = 0;
  std::vector<MatchKeyAudit> match_keys;  // in the plan's order
  std::vector<ChainAudit> ways;           // as ChainLayout::ways()
  // Records that nobody else equals in how many tokens of each match key they have, and in how many
  // records share each of these tokens (their neighbourhood).
  uint64_t single_by_counts = 0;
  uint64_t single_by_neighbourhood = 0;
};

// Attacks a token set as somebody would who sees it without the token key: counts, and joins the
// records that share tokens of a field, or agree in its evidence codes, into classes of one value.
// Memory: the budget, and per record 16 bytes and 8 for each way. Not thread-safe.
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
  uint32_t ClassOf(size_t way, uint32_t record) { return ways_[way].sets.Find(record); }
  // After Finish: with how many records it is joined directly.
  uint32_t StrangersOf(size_t way, uint32_t record) const { return ways_[way].strangers[record]; }

 private:
  struct Way {
    DisjointSets sets;
    std::vector<uint32_t> strangers;
  };

  void Count(absl::Span<const AuditedToken> group, MatchKeyAudit* key);
  void JoinAll(absl::Span<const AuditedToken> group, Way* way);
  void JoinByCodes(absl::Span<const AuditedToken> group, size_t target, Way* way);
  ChainAudit Measure(size_t way);

  const Plan& plan_;
  const TokenAuditOptions options_;
  const ChainLayout layout_;
  TokenGroups groups_;
  std::vector<Way> ways_;
  std::vector<uint64_t> count_marks_;                 // by record
  std::vector<uint64_t> neighbourhood_marks_;         // by record
  std::vector<uint32_t> members_;                     // a buffer
  std::vector<std::pair<uint32_t, uint32_t>> coded_;  // a buffer: codes and record
};

}  // namespace blindlink
