#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace blindlink {

// What the tokens of a match key show by their number.
struct MatchKeyAudit {
  std::string name;
  uint64_t entries = 0;          // tokens of records
  uint64_t distinct = 0;         // different tokens
  uint64_t most_records = 0;     // of one token
  uint64_t in_large_groups = 0;  // tokens of records that more than class_size records share
  uint64_t overused = 0;  // likewise, that more records share than limits.max_records_per_token
  // Different tokens that more records share than max_records_per_token_at_site, so that the agent
  // should have left them out.
  uint64_t above_site_limit = 0;
  // Of the token of a random entry (Shannon): log2(entries) if all differ, 0 if all are equal.
  double entropy_bits = 0;
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
  uint64_t most_strangers = 0;  // 0 without strangers by record (GroupAuditOptions)
};

struct TokenAuditFindings {
  uint64_t records = 0;
  uint64_t tokens = 0;
  std::vector<MatchKeyAudit> match_keys;  // in the plan's order
  std::vector<ChainAudit> ways;           // as ChainLayout::ways(); zeros for one not followed
  // Records that nobody else equals in how many tokens of each match key they have, and in how many
  // records share each of these tokens (their neighbourhood).
  uint64_t single_by_counts = 0;
  uint64_t single_by_neighbourhood = 0;
};

}  // namespace blindlink
