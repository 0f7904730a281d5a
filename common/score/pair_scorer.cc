#include "common/score/pair_scorer.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace blindlink {
namespace {

using Table = google::protobuf::RepeatedField<double>;

void Write(const std::vector<double>& table, storage::v1::StoredLogs* out) {
  out->mutable_logs()->Add(table.begin(), table.end());
}

// False if the table has another size.
bool Read(const storage::v1::StoredLogs& stored, size_t size, std::vector<double>* table) {
  table->assign(stored.logs().begin(), stored.logs().end());
  return table->size() == size;
}

bool HasTheseFields(const std::vector<ScoredField>& fields,
                    const storage::v1::StoredScoreModel& stored) {
  return std::equal(
      fields.begin(), fields.end(), stored.fields().begin(), stored.fields().end(),
      [](const ScoredField& field, const std::string& name) { return field.name == name; });
}

size_t FirstNameOf(const std::vector<ScoredField>& fields) {
  const auto found = std::find_if(fields.begin(), fields.end(), [](const ScoredField& field) {
    return field.comparison == Comparison::kGivenName;
  });
  return found == fields.end() ? SIZE_MAX : static_cast<size_t>(found - fields.begin());
}

}  // namespace

absl::StatusOr<PairScorer> PairScorer::Restore(std::vector<ScoredField> fields,
                                               const storage::v1::StoredScoreModel& stored) {
  ClassLogs logs;
  logs.first_name = FirstNameOf(fields);
  logs.with_first_name.resize(fields.size());
  bool whole = HasTheseFields(fields, stored) && stored.priors_size() == kPairClasses &&
               stored.levels_size() == kChanceSituations &&
               stored.with_first_name_size() == static_cast<int>(fields.size());
  const size_t rows = ClassLogs::kMostLevels * kPairClasses;
  for (int i = 0; whole && i < stored.levels_size(); ++i) {
    whole = Read(stored.levels(i), fields.size() * rows, &logs.levels[static_cast<size_t>(i)]);
  }
  for (size_t f = 0; whole && f < fields.size(); ++f) {
    const bool follows = fields[f].follows_first_name && logs.first_name != SIZE_MAX;
    const size_t of_names = follows ? fields[logs.first_name].levels.size() : 0;
    whole = Read(stored.with_first_name(static_cast<int>(f)), of_names * rows,
                 &logs.with_first_name[f]);
  }
  if (!whole) return absl::InvalidArgumentError("the model is of other fields or incomplete");
  ClassWeights priors;
  std::copy(stored.priors().begin(), stored.priors().end(), priors.begin());
  return PairScorer(std::move(fields), std::move(logs), priors);
}

storage::v1::StoredScoreModel PairScorer::Store() const {
  storage::v1::StoredScoreModel stored;
  for (const ScoredField& field : fields_) stored.add_fields(field.name);
  stored.mutable_priors()->Add(priors_.begin(), priors_.end());
  for (const auto& table : logs_.levels) Write(table, stored.add_levels());
  for (const auto& table : logs_.with_first_name) Write(table, stored.add_with_first_name());
  return stored;
}

ClassWeights PairScorer::Classes(AgreementPattern pattern) const {
  ClassWeights logs;
  for (size_t which = 0; which < kPairClasses; ++which) logs[which] = std::log(priors_[which]);
  logs_.AddTo(fields_, pattern, &logs);
  return PosteriorOf(logs);
}

double PairScorer::WeightOf(AgreementPattern pattern, size_t field) const {
  const double* const logs = logs_.Of(fields_, pattern, ChanceSituationOf(fields_, pattern), field);
  return (logs[kMatch] - logs[kChance]) / std::log(2.0);
}

}  // namespace blindlink
