#include "agent/token_audit/site_truth.h"

#include <optional>
#include <utility>

#include "agent/tokenize/record_values.h"
#include "agent/tokenize/token_recipe.h"
#include "common/base/status_macros.h"

namespace blindlink::agent {
namespace {

constexpr size_t kPostalCode = 5;  // characters of a code that is compared: ZIP+4 -> ZIP

absl::string_view ComparedText(const StandardValue& value, v1::Standardizer standardizer) {
  const absl::string_view text = value.text;
  return standardizer == v1::POSTAL_CODE ? text.substr(0, kPostalCode) : text;
}

}  // namespace

uint32_t ValueColumn::NumberOf(absl::string_view text) {
  const auto [found, is_new] = numbers_.try_emplace(text, texts_.size());
  if (is_new) texts_.emplace_back(text);
  return found->second;
}

absl::StatusOr<SiteTruth> ReadSiteTruth(RecordSource& source, const Plan& plan,
                                        const StandardizeOptions& options,
                                        const std::vector<size_t>& fields,
                                        const std::function<void(uint64_t)>& progress) {
  SiteTruth truth;
  truth.columns.resize(fields.size());
  const TokenRecipe recipe = MakeValueRecipe(plan);
  RecordValues values(plan, recipe, options, nullptr, FieldsRead::kAll);
  std::vector<UnusedValue> unused;
  while (true) {
    BL_ASSIGN_OR_RETURN(const std::optional<RawRecord> record, source.Next());
    if (!record.has_value()) return truth;
    unused.clear();
    values.Read(*record, &unused);
    truth.records.push_back(record->pseudonym);
    for (size_t i = 0; i < fields.size(); ++i) {
      const std::vector<StandardValue>& found = values.Of(fields[i]);
      const bool usable = !found.empty() && !found[0].damaged;
      const auto standardizer = plan.proto().fields(static_cast<int>(fields[i])).standardizer();
      ValueColumn& column = truth.columns[i];
      column.Add(usable ? column.NumberOf(ComparedText(found[0], standardizer)) : 0);
    }
    progress(truth.records.size());
  }
}

}  // namespace blindlink::agent
