#include "agent/goldstandard/pair_scores.h"

#include <utility>

#include "common/base/status_macros.h"
#include "common/score/chance_rates.h"
#include "common/score/threshold.h"

namespace blindlink::agent {
namespace {

using NameField = RecordComparison::NameField;

// The first guess is that one in this many records has a match elsewhere, as at the resolver.
constexpr double kUsualRecordsPerMatch = 10;

// The hash of a record's name; 0 if it has none.
uint64_t NameIn(const ComparableRecord& record, const NameField& field) {
  if (field.rarity < 0) return 0;
  const std::vector<ComparableValue>& names = record[static_cast<size_t>(field.plan_field)];
  return names.empty() ? 0 : ComparableHash(names[0].text);
}

AgreementPattern MaskOf(int field) { return AgreementPattern{15} << (4 * field); }

bool IsExact(AgreementPattern pattern, const std::vector<ScoredField>& fields, int field) {
  const auto at = static_cast<size_t>(field);
  return LevelIn(pattern, at) + 1 == fields[at].levels.size();
}

}  // namespace

void PairScores::AddHeld(const ComparableRecord& record) {
  if (const uint64_t name = NameIn(record, comparison_.given())) given_.AddHeld(name);
  if (const uint64_t name = NameIn(record, comparison_.surname())) surnames_.AddHeld(name);
}

void PairScores::AddOfLargest(const ComparableRecord& record) {
  if (const uint64_t name = NameIn(record, comparison_.given())) given_.AddOfLargerFile(name);
  if (const uint64_t name = NameIn(record, comparison_.surname())) surnames_.AddOfLargerFile(name);
}

void PairScores::RateNames(const HeldRecords& held) {
  rarities_.assign(held.size(), 0);
  const auto add = [&](const NameField& field, const NameFrequencies& frequencies) {
    if (field.rarity < 0) return;
    for (uint32_t record = 0; record < held.size(); ++record) {
      const uint64_t name = NameIn(held.values(record), field);
      if (name == 0) continue;
      rarities_[record] |= AgreementPattern{frequencies.RarityOf(name)} << (4 * field.rarity);
    }
  };
  add(comparison_.given(), given_);
  add(comparison_.surname(), surnames_);
}

AgreementPattern PairScores::Complete(const CandidatePair& pair) const {
  AgreementPattern completed = pair.pattern;
  for (const NameField* field : {&comparison_.given(), &comparison_.surname()}) {
    if (field->rarity < 0 || !IsExact(pair.pattern, comparison_.fields(), field->name)) continue;
    completed |= rarities_[pair.held] & MaskOf(field->rarity);
  }
  return completed;
}

absl::Status PairScores::Fit(const HeldRecords& held, const CandidateFile& candidates,
                             std::vector<v1::ChanceAgreement> chance, double comparisons,
                             double records, const v1::Scoring& scoring, GoldReport* report) {
  RateNames(held);
  std::vector<ScoredField> fields = comparison_.fields();
  const auto describe = [&](const NameField& field, const NameFrequencies& frequencies) {
    if (field.rarity < 0) return;
    const auto at = static_cast<size_t>(field.rarity);
    chance[at].Clear();
    frequencies.Describe(&fields[at], &chance[at]);
  };
  describe(comparison_.given(), given_);
  describe(comparison_.surname(), surnames_);
  v1::UploadCounts measured;
  measured.mutable_chance()->Assign(chance.begin(), chance.end());

  PatternCounts patterns;
  BL_RETURN_IF_ERROR(candidates.ForEach([&](const CandidateRow& row) {
    for (const CandidatePair& pair : row.pairs) ++patterns[Complete(pair)];
    return absl::OkStatus();
  }));
  const ChanceRates rates = CombineChance(fields, {{&measured}});
  const ScoreModel model =
      ScoreModel::Fit({fields, rates, patterns, comparisons, records / kUsualRecordsPerMatch});
  report->threshold = ChooseThreshold(model, patterns, scoring);
  report->expected_matches = model.expected_matches();
  report->iterations = model.iterations();
  report->fields = fields;
  report->among_matches = model.match_levels();
  report->among_strangers = model.chance_levels();
  min_score_ = report->threshold.min_score;
  for (const auto& [pattern, count] : patterns) {
    probabilities_[pattern] = model.Probability(pattern);
  }
  return absl::OkStatus();
}

}  // namespace blindlink::agent
