#include "agent/tokenize/record_values.h"

#include <utility>

#include "agent/standardize/name_words.h"

namespace blindlink::agent {
namespace {

constexpr char kFictitious[] = "fictitious-person";

// The options of one field.
StandardizeOptions OptionsOf(const Plan& plan, size_t field, StandardizeOptions options) {
  options.earliest_year = static_cast<int>(plan.proto().limits().earliest_year());
  const auto own = options.date_orders.find(plan.proto().fields(static_cast<int>(field)).name());
  if (own != options.date_orders.end()) options.date_order = own->second;
  return options;
}

}  // namespace

RecordValues::RecordValues(const Plan& plan, const TokenRecipe& recipe,
                           const StandardizeOptions& options, const AddressValidator* addresses,
                           FieldsRead fields)
    : recipe_(recipe),
      addresses_(addresses),
      stated_(recipe.fields.size(), kAllStated),
      validated_(recipe.fields.size()) {
  for (size_t field = 0; field < recipe.fields.size(); ++field) {
    sources_.emplace_back(plan, recipe.fields[field], OptionsOf(plan, field, options));
    if (IsUsed(field) || fields == FieldsRead::kAll) read_.push_back(field);
    if (!IsUsed(field)) continue;
    const v1::Standardizer standardizer = recipe.fields[field].standardizer;
    if (standardizer == v1::GIVEN_NAME && !given_name_) given_name_ = field;
    if (standardizer == v1::SURNAME && !surname_) surname_ = field;
  }
  for (FieldTextsSource& source : sources_) texts_.push_back(&source.Of({}));
}

void RecordValues::Read(const RawRecord& record, std::vector<UnusedValue>* unused) {
  FindTexts(record, unused);
  RemoveFictitiousNames(record.row, unused);
  if (addresses_ != nullptr) ValidateAddress(record.row);
}

void RecordValues::FindTexts(const RawRecord& record, std::vector<UnusedValue>* unused) {
  for (const size_t field : read_) {
    texts_[field] = &sources_[field].Of(record.values[field]);
    for (const TextOutcomes::Unused& text : OutcomesOf(field).unused) {
      unused->push_back({record.row, field, text.reason});
    }
  }
}

void RecordValues::RemoveFictitiousNames(uint64_t row, std::vector<UnusedValue>* unused) {
  if (!given_name_ || !surname_) return;
  const std::vector<StandardValue>& given_names = Of(*given_name_);
  const std::vector<StandardValue>& surnames = Of(*surname_);
  if (given_names.size() != 1 || surnames.size() != 1) return;
  if (!IsFictitiousPerson(given_names[0].text, surnames[0].text)) return;
  for (const size_t field : {*given_name_, *surname_}) {
    RemoveName(field);
    unused->push_back({row, field, kFictitious});
  }
}

void RecordValues::RemoveName(size_t field) {
  TextOutcomes outcomes = OutcomesOf(field);
  outcomes.changed = outcomes.other_writing = 0;
  outcomes.changes.clear();
  outcomes.unused.push_back({ValueState::kPlaceholder, kFictitious});
  texts_[field] = &sources_[field].OfValues({}, std::move(outcomes));
}

// The validator only appends values.
void RecordValues::ValidateAddress(uint64_t row) {
  address_findings_ = {};
  for (const size_t field : addresses_->fields()) {
    validated_[field].clear();
    if (IsUsed(field)) validated_[field] = Of(field);
  }
  addresses_->Apply(row, &validated_, &address_findings_);
  for (const size_t field : addresses_->fields()) {
    if (!IsUsed(field)) continue;
    stated_[field] = Of(field).size();
    if (validated_[field].size() == stated_[field]) continue;
    texts_[field] = &sources_[field].OfValues(std::move(validated_[field]), OutcomesOf(field));
  }
}

}  // namespace blindlink::agent
