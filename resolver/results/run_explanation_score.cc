// RunExplanation: what a run's score made of a pair.
#include <algorithm>
#include <utility>

#include "common/base/status_macros.h"
#include "resolver/results/result_files.h"
#include "resolver/results/run_explanation.h"
#include "resolver/storage/stored_message.h"

namespace blindlink::resolver {
namespace {

// Other classes than one person that are less probable are left out.
constexpr double kLeastClass = 0.0005;

// What a person is told. The model's agrees_from is another thing: from there on it holds a level
// to be as common among the records of one person.
v1::Agreement AgreementOf(const ScoredField& field, size_t level) {
  if (field.is_rarity) return v1::AGREEMENT_UNSPECIFIED;
  if (level == 0) return v1::MISSING;
  if (level + 1 == field.levels.size()) return v1::AGREE;
  return level == 1 ? v1::DIFFER : v1::CLOSE;
}

AgreementPattern WithLevel(AgreementPattern pattern, size_t field, size_t level) {
  const AgreementPattern mask = AgreementPattern{15} << (4 * field);
  return (pattern & ~mask) | AgreementPattern{level} << (4 * field);
}

}  // namespace

absl::Status RunExplanation::ReadScore(const std::filesystem::path& folder) {
  storage::v1::StoredScoreModel stored;
  BL_RETURN_IF_ERROR(
      ReadStored(folder / kScoreFile, "start another run, or restore it from a backup", &stored));
  const FieldLevels levels(plan_.proto(), plan_.evidence());
  absl::StatusOr<PairScorer> scorer = PairScorer::Restore(levels.fields(), stored);
  if (!scorer.ok()) return ResultIsDamaged(run_, scorer.status().message());
  if (stored.counted_patterns_size() != stored.counted_probabilities_size()) {
    return ResultIsDamaged(run_, "the model is incomplete");
  }
  for (int i = 0; i < stored.counted_patterns_size(); ++i) {
    counted_[stored.counted_patterns(i)] = stored.counted_probabilities(i);
  }
  scorer_.emplace(*std::move(scorer));
  min_score_ = stored.min_score();
  return absl::OkStatus();
}

double RunExplanation::ProbabilityOf(AgreementPattern pattern) const {
  const auto counted = counted_.find(pattern);
  return counted == counted_.end() ? scorer_->Probability(pattern) : counted->second;
}

void RunExplanation::AddScore(AgreementPattern pattern, double probability,
                              v1::PairExplanation* out) const {
  out->set_probability(probability);
  out->set_through_one_token((pattern & kThroughOneToken) != 0);
  for (size_t f = 0; f < scorer_->fields().size(); ++f) {
    const ScoredField& field = scorer_->fields()[f];
    const size_t level = LevelIn(pattern, f);
    if (level >= field.levels.size()) continue;
    v1::FieldEvidence& evidence = *out->add_fields();
    evidence.set_field(field.name);
    evidence.set_level(field.levels[level]);
    evidence.set_agreement(AgreementOf(field, level));
    evidence.set_bits(level == 0 ? 0 : scorer_->WeightOf(pattern, f));
  }
  AddClasses(pattern, probability, out);
  AddChanges(pattern, probability, out);
}

// The run counted single patterns by its decoys as well (ScoreModel): that moves the odds of one
// person against all others, whose shares among themselves remain.
void RunExplanation::AddClasses(AgreementPattern pattern, double score,
                                v1::PairExplanation* out) const {
  const ClassWeights classes = scorer_->Classes(pattern);
  const double match = SumOf(classes, kMatch);
  const double others = match < 1 ? (1 - score) / (1 - match) : 0;
  out->add_classes()->set_probability(score);
  out->mutable_classes(0)->set_name(blindlink::NameOf(kMatch));
  for (size_t which = kKin; which < kPairClasses; ++which) {
    const auto as_class = static_cast<PairClass>(which);
    if (IsApart(as_class)) continue;
    const bool both = which < kNeighbours;
    const double probability = (both ? SumOf(classes, as_class) : classes[which]) * others;
    if (probability < kLeastClass) continue;
    v1::ClassOdds& odds = *out->add_classes();
    odds.set_name(blindlink::NameOf(as_class));
    odds.set_probability(probability);
  }
  std::stable_sort(out->mutable_classes()->begin(), out->mutable_classes()->end(),
                   [](const v1::ClassOdds& a, const v1::ClassOdds& b) {
                     return a.probability() > b.probability();
                   });
}

void RunExplanation::AddChanges(AgreementPattern pattern, double score,
                                v1::PairExplanation* out) const {
  const bool reaches = score >= min_score_;
  for (size_t f = 0; f < scorer_->fields().size(); ++f) {
    const ScoredField& field = scorer_->fields()[f];
    if (field.is_rarity) continue;
    for (size_t level = 0; level < field.levels.size(); ++level) {
      if (level == LevelIn(pattern, f)) continue;
      const double changed = ProbabilityOf(WithLevel(pattern, f, level));
      if ((changed >= min_score_) == reaches) continue;
      v1::Change& change = *out->add_changes();
      change.set_field(field.name);
      change.set_level(field.levels[level]);
      change.set_probability(changed);
    }
  }
}

}  // namespace blindlink::resolver
