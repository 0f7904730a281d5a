#include "agent/goldstandard/prepared_record.h"

namespace blindlink::agent {

RecordPreparer::RecordPreparer(const Plan& plan, const std::vector<size_t>& compared,
                               const StandardizeOptions& standardize,
                               const AddressValidator* addresses, RejectLog* rejects)
    : plan_(plan.proto()),
      compared_(compared),
      rejects_(rejects),
      keys_(plan.proto()),
      recipe_(MakeValueRecipe(plan)),
      values_(plan, recipe_, standardize, addresses, FieldsRead::kAll) {}

PreparedRecord RecordPreparer::Prepare(const RawRecord& record) {
  unused_.clear();
  values_.Read(record, &unused_);
  ReportUnused();
  PreparedRecord prepared;
  prepared.id = record.record_id;
  prepared.row = record.row;
  keys_.Make(values_, &prepared.blocks);
  prepared.values.resize(recipe_.fields.size());
  for (const size_t field : compared_) {
    prepared.values[field].reserve(values_.Of(field).size());
    for (const StandardValue& value : values_.Of(field)) {
      prepared.values[field].push_back(MakeComparable(recipe_.fields[field].standardizer, value));
    }
  }
  return prepared;
}

void RecordPreparer::ReportUnused() {
  for (const UnusedValue& value : unused_) {
    const std::string& field = plan_.fields(static_cast<int>(value.field)).name();
    rejects_->Add({value.row, field, value.reason}, /*whole_row=*/false);
  }
}

}  // namespace blindlink::agent
