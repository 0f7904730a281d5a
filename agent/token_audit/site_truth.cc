#include "agent/token_audit/site_truth.h"

#include <optional>

#include "agent/tokenize/record_values.h"
#include "agent/tokenize/token_recipe.h"
#include "common/base/status_macros.h"

namespace blindlink::agent {

uint32_t ValueColumn::NumberOf(absl::Span<const uint64_t> marks) {
  if (marks[0] == 0) return 0;
  const auto [found, is_new] = numbers_.try_emplace(marks[0], static_cast<uint32_t>(numbers()));
  if (is_new) marks_.insert(marks_.end(), marks.begin(), marks.end());
  return found->second;
}

SiteTruth::SiteTruth(const Plan& plan, const ChainLayout& layout) : marks_(plan, layout) {
  for (size_t target = 0; target < marks_.targets(); ++target) {
    columns_.emplace_back(marks_.MarksOf(target));
  }
}

void SiteTruth::Add(absl::Span<const uint64_t> marks) {
  for (size_t at = 0; at < marks.size(); ++records_) {
    for (size_t target = 0; target < columns_.size(); ++target) {
      columns_[target].Add(marks.subspan(at, marks_.MarksOf(target)));
      at += marks_.MarksOf(target);
    }
  }
}

absl::StatusOr<std::vector<RecordPseudonym>> ReadSiteTruth(
    RecordSource& source, const Plan& plan, const StandardizeOptions& options,
    const std::function<void(uint64_t)>& progress, SiteTruth* truth) {
  std::vector<RecordPseudonym> records;
  const TokenRecipe recipe = MakeValueRecipe(plan);
  RecordValues values(plan, recipe, options, nullptr, FieldsRead::kUsed);
  std::vector<UnusedValue> unused;
  Marks marks;
  while (true) {
    BL_ASSIGN_OR_RETURN(const std::optional<RawRecord> record, source.Next());
    if (!record.has_value()) return records;
    unused.clear();
    values.Read(*record, &unused);
    records.push_back(record->pseudonym);
    marks.clear();
    truth->marks().Append(values, &marks);
    truth->Add(marks);
    progress(records.size());
  }
}

}  // namespace blindlink::agent
