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

// Turns the candidates' agreement patterns into probabilities that two records are the same person.
// Names are counted while records are read; call Fit afterwards. Not thread-safe.
class PairScores {
 public:
  // `comparison` must outlive the object.
  explicit PairScores(const RecordComparison& comparison) : comparison_(comparison) {}

  void AddHeld(const ComparableRecord& record);
  // Counts the names of a record of the largest file.
  void AddOfLargest(const ComparableRecord& record);

  // Adds the rarity of shared names to the patterns, learns the model and chooses the threshold.
  // `chance` is measured on strangers. Fills the report's expectations and rates.
  absl::Status Fit(const HeldRecords& held, const CandidateFile& candidates,
                   std::vector<v1::ChanceAgreement> chance, double comparisons, double records,
                   const v1::Scoring& scoring, GoldReport* report);

  // The pattern with the rarities of the names that the two records share.
  AgreementPattern Complete(const CandidatePair& pair) const;
  // The probability of a completed pattern that occurred among the candidates.
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
