#include "resolver/linkage/match_pairs.h"

#include <algorithm>
#include <memory>
#include <system_error>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/container/flat_hash_map.h"
#include "common/base/status_macros.h"
#include "resolver/linkage/candidate_pairs.h"
#include "resolver/linkage/run_score.h"

namespace blindlink {
namespace {

// Writes match pairs and counts them.
class PairWriter {
 public:
  PairWriter(const v1::LinkagePlan& plan, RowFileWriter<PairRow>* pairs,
             ExternalSorter<Join>* joins)
      : plan_(plan),
        pairs_(pairs),
        joins_(joins),
        by_rule_(static_cast<size_t>(plan.match_rules_size())) {}

  absl::Status Add(const PairRow& pair) {
    const bool by_band = pair.rule >= kFirstBand;
    const v1::MatchLevel level = by_band ? v1::FULL : plan_.match_rules(pair.rule).level();
    ++(by_band ? by_band_[pair.rule - kFirstBand] : by_rule_[pair.rule]);
    BL_RETURN_IF_ERROR(pairs_->Append(pair));
    const auto& joining = plan_.entity_rules().joining_levels();
    if (std::find(joining.begin(), joining.end(), level) == joining.end()) {
      return absl::OkStatus();
    }
    return joins_->Add({pair.score, pair.left, pair.right});
  }

  void Fill(v1::RunSummary* summary) const {
    summary->set_match_pairs(pairs_->rows());
    for (int i = 0; i < plan_.match_rules_size(); ++i) {
      const v1::MatchRule& rule = plan_.match_rules(i);
      AddRule(rule.name(), rule.level(), by_rule_[static_cast<size_t>(i)], summary);
    }
    if (plan_.scoring().decision() != v1::BY_SCORE) return;
    for (const Band band : kBands) {
      AddRule(NameOf(band), v1::FULL, by_band_[static_cast<size_t>(band)], summary);
    }
  }

 private:
  static void AddRule(const std::string& name, v1::MatchLevel level, uint64_t count,
                      v1::RunSummary* summary) {
    v1::RuleCount& out = *summary->add_rules();
    out.set_rule(name);
    out.set_level(level);
    out.set_pairs(count);
    if (level == v1::PARTIAL) {
      summary->set_match_pairs_partial(summary->match_pairs_partial() + count);
    } else {
      summary->set_match_pairs_full(summary->match_pairs_full() + count);
    }
  }

  const v1::LinkagePlan& plan_;
  RowFileWriter<PairRow>* const pairs_;
  ExternalSorter<Join>* const joins_;
  std::vector<uint64_t> by_rule_;
  uint64_t by_band_[4] = {};
};

absl::Status DecideByRules(const DecisionInput& input, const FieldLevels& levels,
                           ExternalSorter<Candidate>* candidates, const RunControl& control,
                           PairWriter* writer, v1::RunSummary* summary) {
  const v1::LinkagePlan& plan = input.plan.proto();
  uint64_t pairs = 0;
  BL_RETURN_IF_ERROR(ForEachPair(
      input.table, levels, candidates, control, [&](const CandidateRow& pair) -> absl::Status {
        ++pairs;
        if (pair.rule == CandidateRow::kNoRule) return absl::OkStatus();
        return writer->Add({pair.left, pair.right, pair.rule, plan.match_rules(pair.rule).score(),
                            pair.match_keys});
      }));
  summary->set_candidate_pairs(pairs);
  return absl::OkStatus();
}

// The threshold depends on all pairs, so they are kept on disk until it is known.
absl::Status DecideByScore(const DecisionInput& input, const FieldLevels& levels,
                           ExternalSorter<Candidate>* candidates, const RunControl& control,
                           PairWriter* writer, v1::RunSummary* summary) {
  const std::filesystem::path file = input.temporary_folder / "candidates.rows";
  const absl::Cleanup remover = [&file] {
    std::error_code ignored;
    std::filesystem::remove(file, ignored);
  };
  BL_ASSIGN_OR_RETURN(auto kept, RowFileWriter<CandidateRow>::Create(file));
  PatternCounts patterns;
  BL_RETURN_IF_ERROR(
      ForEachPair(input.table, levels, candidates, control, [&](const CandidateRow& pair) {
        ++patterns[pair.pattern];
        return kept->Append(pair);
      }));
  BL_RETURN_IF_ERROR(kept->Finish());
  summary->set_candidate_pairs(kept->rows());
  const RunScore score = ScoreRun(input, levels, patterns, summary->mutable_score());
  const bool needs_rule = input.plan.proto().scoring().decision() == v1::BY_RULES_AND_SCORE;

  BL_ASSIGN_OR_RETURN(const auto reader, RowFileReader<CandidateRow>::Open(file));
  constexpr uint64_t kBatch = 1 << 14;
  for (uint64_t at = 0; at < reader->rows(); at += kBatch) {
    BL_RETURN_IF_ERROR(control.Check());
    control.progress("rules", static_cast<double>(at) / static_cast<double>(reader->rows()));
    BL_ASSIGN_OR_RETURN(const std::vector<CandidateRow> batch, reader->Read(at, kBatch));
    for (const CandidateRow& pair : batch) {
      const double probability = score.probabilities.at(pair.pattern);
      if (probability < score.min_score) continue;
      if (needs_rule && pair.rule == CandidateRow::kNoRule) continue;
      const auto band = static_cast<uint16_t>(kFirstBand + static_cast<int>(BandOf(probability)));
      BL_RETURN_IF_ERROR(writer->Add(
          {pair.left, pair.right, needs_rule ? pair.rule : band, probability, pair.match_keys}));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status DecidePairs(const DecisionInput& input, ExternalSorter<Candidate>* candidates,
                         const RunControl& control, RowFileWriter<PairRow>* pairs,
                         ExternalSorter<Join>* joins, v1::RunSummary* summary) {
  const FieldLevels levels(input.plan.proto(), input.plan.evidence());
  PairWriter writer(input.plan.proto(), pairs, joins);
  const bool by_rules = input.plan.proto().scoring().decision() == v1::BY_RULES;
  BL_RETURN_IF_ERROR((by_rules ? DecideByRules : DecideByScore)(input, levels, candidates, control,
                                                                &writer, summary));
  writer.Fill(summary);
  return absl::OkStatus();
}

}  // namespace blindlink
