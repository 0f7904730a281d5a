#pragma once

#include <vector>

#include "absl/status/status.h"
#include "agent/compare/name_rarity.h"
#include "agent/compare/record_comparison.h"
#include "agent/goldstandard/candidate_file.h"
#include "agent/goldstandard/gold_report.h"
#include "agent/goldstandard/held_records.h"
#include "blindlink/v1/plan.pb.h"
#include "blindlink/v1/token_block.pb.h"
#include "common/score/score_model.h"

namespace blindlink::agent {

// Turns the candidates' patterns into probabilities that two records are one person. Names are
// counted while records are read; Fit comes last. Not thread-safe.
class PairScores {
 public:
  // `comparison` must outlive it.
  explicit PairScores(const RecordComparison& comparison) : comparison_(comparison) {}

  void AddHeld(const ComparableRecord& record);
  // A record of the largest file.
  void AddOfLargest(const ComparableRecord& record);

  // Completes the patterns by how rare the shared names are, learns the model and chooses the
  // threshold. `chance`: measured on strangers. Fills the report's expectations and rates.
  absl::Status Fit(const HeldRecords& held, const CandidateFile& candidates,
                   std::vector<v1::ChanceAgreement> chance, double comparisons, double records,
                   const v1::Scoring& scoring, GoldReport* report);

  // The pattern with the rarities of the held record's names, where the two share them.
  AgreementPattern Complete(const CandidatePair& pair) const;
  // Of a completed pattern that was among the candidates.
  double Probability(AgreementPattern completed) const { return probabilities_.at(completed); }
  double min_score() const { return min_score_; }
  const std::vector<ScoredField>& fields() const { return comparison_.fields(); }

 private:
  void RateNames(const HeldRecords& held);

  const RecordComparison& comparison_;
  NameFrequencies given_, surnames_;
  std::vector<AgreementPattern> rarities_;  // by held record
  absl::flat_hash_map<AgreementPattern, double> probabilities_;
  double min_score_ = 1;
};

}  // namespace blindlink::agent
