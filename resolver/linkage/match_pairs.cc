#include "resolver/linkage/match_pairs.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "common/base/status_macros.h"

namespace blindlink {
namespace {

constexpr uint64_t kCandidatesBetweenChecks = 1 << 16;

class PairDecider {
 public:
  PairDecider(const Plan& plan, const MeetingTable& table, RowFileWriter<PairRow>* pairs,
              ExternalSorter<Join>* joins)
      : plan_(plan.proto()),
        table_(table),
        pairs_(pairs),
        joins_(joins),
        counts_(static_cast<size_t>(plan_.match_rules_size())) {}

  absl::Status Add(const Candidate& candidate) {
    if (candidate.left != pair_.left || candidate.right != pair_.right) {
      BL_RETURN_IF_ERROR(EndPair());
      pair_.left = candidate.left;
      pair_.right = candidate.right;
    }
    satisfied_ |= table_.conditions(candidate.conditions);
    pair_.match_keys.set(candidate.match_key);
    return absl::OkStatus();
  }

  absl::Status EndPair() {
    if (pair_.left == pair_.right) return absl::OkStatus();  // none yet
    ++candidate_pairs_;
    PairRow pair = std::exchange(pair_, {});
    const int rule = table_.FirstRule(std::exchange(satisfied_, {}));
    if (rule < 0) return absl::OkStatus();
    const v1::MatchRule& decided = plan_.match_rules(rule);
    pair.rule = static_cast<uint16_t>(rule);
    pair.score = decided.score();
    ++counts_[static_cast<size_t>(rule)];
    BL_RETURN_IF_ERROR(pairs_->Append(pair));
    const auto& joining = plan_.entity_rules().joining_levels();
    if (std::find(joining.begin(), joining.end(), decided.level()) == joining.end()) {
      return absl::OkStatus();
    }
    return joins_->Add({pair.score, pair.left, pair.right});
  }

  void Fill(v1::RunSummary* summary) const {
    summary->set_candidate_pairs(candidate_pairs_);
    summary->set_match_pairs(pairs_->rows());
    for (int i = 0; i < plan_.match_rules_size(); ++i) {
      const v1::MatchRule& rule = plan_.match_rules(i);
      const uint64_t count = counts_[static_cast<size_t>(i)];
      v1::RuleCount& out = *summary->add_rules();
      out.set_rule(rule.name());
      out.set_level(rule.level());
      out.set_pairs(count);
      if (rule.level() == v1::PARTIAL) {
        summary->set_match_pairs_partial(summary->match_pairs_partial() + count);
      } else {
        summary->set_match_pairs_full(summary->match_pairs_full() + count);
      }
    }
  }

 private:
  const v1::LinkagePlan& plan_;
  const MeetingTable& table_;
  RowFileWriter<PairRow>* const pairs_;
  ExternalSorter<Join>* const joins_;
  std::vector<uint64_t> counts_;  // by rule
  PairRow pair_;
  MeetingTable::Conditions satisfied_;
  uint64_t candidate_pairs_ = 0;
};

}  // namespace

absl::Status DecidePairs(const Plan& plan, const MeetingTable& table,
                         ExternalSorter<Candidate>* candidates, const RunControl& control,
                         RowFileWriter<PairRow>* pairs, ExternalSorter<Join>* joins,
                         v1::RunSummary* summary) {
  BL_RETURN_IF_ERROR(candidates->Sort());
  PairDecider decider(plan, table, pairs, joins);
  for (uint64_t done = 0;; ++done) {
    if (done % kCandidatesBetweenChecks == 0) {
      BL_RETURN_IF_ERROR(control.Check());
      control.progress("rules", static_cast<double>(done) / static_cast<double>(std::max<uint64_t>(
                                                                1, candidates->count())));
    }
    BL_ASSIGN_OR_RETURN(const Candidate* next, candidates->Next());
    if (next == nullptr) break;
    BL_RETURN_IF_ERROR(decider.Add(*next));
  }
  BL_RETURN_IF_ERROR(decider.EndPair());
  decider.Fill(summary);
  return absl::OkStatus();
}

}  // namespace blindlink
