#include "common/drift/dataset_measures.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "common/plan/match_key_layout.h"
#include "common/plan/padding.h"
#include "common/score/field_levels.h"

namespace blindlink {
namespace {

using Measures = std::map<MeasureName, Measure>;

// With padding, a record may have more tokens than its values give.
uint32_t MostTokens(const MatchKeyLayout& layout, const Plan& plan) {
  for (const v1::MatchKey& match_key : plan.proto().match_keys()) {
    if (match_key.id() != layout.id) continue;
    return std::max(layout.max_tokens_per_record, PaddedTokens(plan.proto(), match_key));
  }
  return layout.max_tokens_per_record;
}

void AddMatchKey(const v1::MatchKeyCounts& counts, uint64_t records, const Plan& plan,
                 Measures* measures) {
  const MatchKeyLayout* layout = plan.FindMatchKey(counts.match_key());
  if (layout == nullptr || counts.records_without() > records) return;
  const auto having = static_cast<double>(records - counts.records_without());
  (*measures)[{v1::MATCH_KEY_FILL, layout->name}] = {{having, static_cast<double>(records)}};
  const double most = MostTokens(*layout, plan);
  const double beyond_first = static_cast<double>(counts.tokens()) - having;
  if (having <= 0 || most <= 1 || beyond_first < 0 || beyond_first > (most - 1) * having) return;
  (*measures)[{v1::TOKENS_PER_RECORD, layout->name}] = {
      {beyond_first / (most - 1), having}, 1, most - 1};
}

void AddField(const v1::ChanceAgreement& counts, const std::vector<ScoredField>& fields,
              Measures* measures) {
  const auto field = std::find_if(fields.begin(), fields.end(), [&](const ScoredField& each) {
    return each.name == counts.field() && !each.is_rarity;
  });
  const auto levels = static_cast<size_t>(counts.levels_size());
  if (field == fields.end() || levels < 2 || levels != field->levels.size()) return;
  const double pairs = std::accumulate(counts.levels().begin(), counts.levels().end(), 0.0);
  if (pairs < 1) return;
  // n (n - 1) / 2 pairs are those of n records.
  const double independent = std::floor((1 + std::sqrt(1 + 8 * pairs)) / 4);
  const double with_values = pairs - static_cast<double>(counts.levels(0));
  const CountedShare filled{independent * with_values / pairs, independent};
  (*measures)[{v1::FIELD_FILL, field->name}] = {filled, 0, 1, true};
  if (with_values <= 0) return;
  const auto equal = static_cast<double>(counts.levels(counts.levels_size() - 1));
  (*measures)[{v1::EQUAL_VALUES, field->name}] = {{filled.of * equal / with_values, filled.of}};
}

}  // namespace

double Measure::ValueOf(double share_value) const {
  const double value = lowest + span * share_value;
  return is_square ? std::sqrt(value) : value;
}

Measures MeasuresOf(const CountedDataset& dataset, const Plan& plan) {
  Measures measures;
  const v1::UploadCounts& counts = dataset.counts;
  if (counts.rows() > 0 && counts.rejected_rows() <= counts.rows()) {
    measures[{v1::REJECTED_ROWS, ""}] = {
        {static_cast<double>(counts.rejected_rows()), static_cast<double>(counts.rows())}};
  }
  if (dataset.records == 0) return measures;
  for (const v1::MatchKeyCounts& match_key : counts.match_keys()) {
    AddMatchKey(match_key, dataset.records, plan, &measures);
  }
  if (counts.chance().empty()) return measures;
  const FieldLevels levels(plan.proto(), plan.evidence());
  for (const v1::ChanceAgreement& field : counts.chance()) {
    AddField(field, levels.fields(), &measures);
  }
  return measures;
}

}  // namespace blindlink
