#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "common/plan/plan.h"
#include "common/token_audit/audit_findings.h"
#include "common/token_audit/audited_token.h"
#include "common/token_audit/chain_layout.h"
#include "common/token_audit/disjoint_sets.h"

namespace blindlink {

struct GroupAuditOptions {
  uint64_t class_size = 20;  // records of a larger class count as chained
  // The ways to follow, indices into ChainLayout::ways(). Each takes 4 bytes a record.
  std::vector<size_t> ways;
  // Compares records by how many tokens they have, and with whom: 8 bytes a record.
  bool marks_by_record = true;
  // Keeps for each record with how many others each way joins it: 4 more bytes a record and way.
  bool strangers_by_record = false;
};

// Attacks a token set of which somebody else brings equal tokens together: counts, and joins the
// records that share tokens of a field, or agree in its evidence codes, into classes of one value
// (union-find). The order of the groups does not matter. Memory: what the options say. Time: nearly
// linear in the tokens. Not thread-safe.
class GroupAudit {
 public:
  // Of memory, a record.
  static constexpr uint64_t kBytesOfMarks = 8;
  static constexpr uint64_t kBytesOfWay = 4;

  // `plan` and `layout` must outlive the audit. No ways can be followed from 2^31 records on.
  GroupAudit(const Plan& plan, const ChainLayout& layout, uint64_t records,
             GroupAuditOptions options);

  // Tokens that are equal, ordered by record and not empty. So many more records and tokens have it
  // that are not in `group`: they are counted, and joined to nobody.
  void Add(absl::Span<const AuditedToken> group, uint64_t more_records = 0,
           uint64_t more_tokens = 0);
  // Call once, after the last group.
  TokenAuditFindings Finish();

  // A number for the class of a record, by a way that is followed.
  uint32_t ClassOf(size_t way, uint32_t record) { return ways_[way].sets.Find(record); }
  // With how many records it is joined directly; needs strangers_by_record.
  uint32_t StrangersOf(size_t way, uint32_t record) const { return ways_[way].strangers[record]; }

 private:
  struct Way {
    DisjointSets sets;
    std::vector<uint32_t> strangers;  // by record; empty if not wanted
    uint64_t all_strangers = 0;
  };

  void Count(absl::Span<const AuditedToken> group, uint64_t records, uint64_t tokens);
  void JoinAll(absl::Span<const AuditedToken> group, Way* way);
  void JoinByCodes(absl::Span<const AuditedToken> group, size_t target, Way* way);
  void JoinMembers(Way* way);
  ChainAudit Measure(size_t way);

  const Plan& plan_;
  const ChainLayout& layout_;
  const GroupAuditOptions options_;
  TokenAuditFindings findings_;
  std::vector<uint64_t> repetition_;  // by match key: for the entropy, see Count
  std::vector<Way> ways_;             // as ChainLayout::ways()
  // By record: sums of mixed numbers, which tell records apart up to chance (one in 2^32 a pair).
  std::vector<uint32_t> count_marks_;
  std::vector<uint32_t> neighbourhood_marks_;
  std::vector<uint32_t> members_;                     // a buffer
  std::vector<std::pair<uint32_t, uint32_t>> coded_;  // a buffer: codes and record
};

}  // namespace blindlink
