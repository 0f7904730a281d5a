#pragma once

#include <cstdint>
#include <vector>

#include "agent/risk/recoding_problem.h"

namespace blindlink::agent {

// Counts the sensitive values of one group while it grows, and says whether it may stand. Not
// thread-safe; `problem` must outlive it.
class GroupTally {
 public:
  explicit GroupTally(const RecodingProblem& problem);

  void Clear();
  void Add(uint32_t row);
  uint32_t size() const { return size_; }
  // At least k rows, and every rule kept: distinct and entropy l-diversity (Machanavajjhala et al.
  // 2007), t-closeness with equal distances (Li et al. 2007).
  bool IsWhole() const;

  // Whether only some rows bring the group nearer to being whole.
  bool Chooses() const { return !columns_.empty(); }
  // Decides which values may come next. Call it before WouldHelp.
  void Prepare();
  bool WouldHelp(uint32_t row) const;

 private:
  struct Column {
    const SensitiveRule* rule;
    std::vector<uint32_t> counts;   // per code
    std::vector<uint32_t> present;  // codes
    std::vector<double> gain;       // per code: how much nearer it brings the group
    double least_gain = 0;          // that is accepted; below 0: any value will do
  };

  bool Keeps(const Column& column) const;
  // Entropy of the group in nats with one more of `code` (kNone: as it is).
  double Entropy(const Column& column, uint32_t code) const;
  double Distance(const Column& column, uint32_t code) const;
  double Gain(const Column& column, uint32_t code) const;

  const RecodingProblem& problem_;
  std::vector<Column> columns_;
  uint32_t size_ = 0;
};

// Whether these rows may be a group.
bool MayStand(const RecodingProblem& problem, absl::Span<const uint32_t> rows, GroupTally* tally);

}  // namespace blindlink::agent
