#include "common/score/chance_counter.h"

namespace blindlink {

ChanceCounter::ChanceCounter(const std::vector<ScoredField>& fields) : fields_(fields) {
  for (const ScoredField& field : fields_) counts_.emplace_back(field.levels.size(), 0);
  same_year_counts_ = counts_;
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
  const bool same_year = SameBirthYear(fields_, pattern);
  for (size_t f = 0; f < fields_.size(); ++f) {
    ++counts_[f][LevelIn(pattern, f)];
    if (same_year) ++same_year_counts_[f][LevelIn(pattern, f)];
  }
}

std::vector<v1::ChanceAgreement> ChanceCounter::Counts() const {
  std::vector<v1::ChanceAgreement> measured;
  for (size_t f = 0; f < fields_.size(); ++f) {
    v1::ChanceAgreement& field = measured.emplace_back();
    field.set_field(fields_[f].name);
    field.mutable_levels()->Assign(counts_[f].begin(), counts_[f].end());
    if (fields_[f].goes_by_year) {
      field.mutable_levels_of_same_year()->Assign(same_year_counts_[f].begin(),
                                                  same_year_counts_[f].end());
    }
  }
  return measured;
}

}  // namespace blindlink
