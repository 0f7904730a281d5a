#include "common/score/chance_counter.h"

namespace blindlink {

ChanceCounter::ChanceCounter(const std::vector<ScoredField>& fields) : fields_(fields) {
  for (CountsByField& counts : counts_) {
    for (const ScoredField& field : fields_) counts.emplace_back(field.levels.size(), 0);
  }
}

bool ChanceCounter::AreRelated(AgreementPattern pattern) const {
  int same = 0;
  for (size_t i = 0; i < fields_.size(); ++i) {
    if (fields_[i].identifying && LevelIn(pattern, i) + 1 == fields_[i].levels.size()) ++same;
  }
  return same >= 2;
}

void ChanceCounter::Add(AgreementPattern pattern) {
  if (AreRelated(pattern)) return;
  const size_t situation = ChanceSituationOf(fields_, pattern);
  for (size_t f = 0; f < fields_.size(); ++f) {
    ++counts_[situation & ~kOfSameYear][f][LevelIn(pattern, f)];
    if (situation & kOfSameYear) ++counts_[situation][f][LevelIn(pattern, f)];
  }
}

void ChanceCounter::Merge(const ChanceCounter& other) {
  for (size_t situation = 0; situation < kChanceSituations; ++situation) {
    for (size_t f = 0; f < fields_.size(); ++f) {
      for (size_t level = 0; level < counts_[situation][f].size(); ++level) {
        counts_[situation][f][level] += other.counts_[situation][f][level];
      }
    }
  }
}

std::vector<v1::ChanceAgreement> ChanceCounter::Counts() const {
  std::vector<v1::ChanceAgreement> measured;
  for (size_t f = 0; f < fields_.size(); ++f) {
    v1::ChanceAgreement& field = measured.emplace_back();
    field.set_field(fields_[f].name);
    for (size_t situation = 0; situation < kChanceSituations; ++situation) {
      if ((situation & kOfSameYear) && !fields_[f].goes_by_year) continue;
      const std::vector<uint64_t>& counts = counts_[situation][f];
      MutableLevelsIn(situation, &field).Assign(counts.begin(), counts.end());
    }
  }
  return measured;
}

}  // namespace blindlink
