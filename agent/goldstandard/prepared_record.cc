#include "agent/goldstandard/prepared_record.h"

#include "agent/standardize/standardize_values.h"

namespace blindlink::agent {

RecordPreparer::RecordPreparer(const Plan& plan, const std::vector<size_t>& compared,
                               const StandardizeOptions& standardize, RejectLog* rejects)
    : plan_(plan.proto()),
      compared_(compared),
      standardize_(standardize),
      rejects_(rejects),
      keys_(plan.proto()),
      values_(static_cast<size_t>(plan.proto().fields_size())) {}

PreparedRecord RecordPreparer::Prepare(const RawRecord& record) {
  for (size_t field = 0; field < values_.size(); ++field) {
    const v1::Field& described = plan_.fields(static_cast<int>(field));
    StandardizeValues(described.standardizer(), record.values[field], standardize_, &values_[field],
                      [&](const char* reason) {
                        rejects_->Add({record.row, described.name(), reason}, /*whole_row=*/false);
                      });
  }
  PreparedRecord prepared;
  prepared.id = record.record_id;
  prepared.row = record.row;
  keys_.Make(values_, &prepared.blocks);
  prepared.values.resize(values_.size());
  for (const size_t field : compared_) {
    const v1::Standardizer standardizer = plan_.fields(static_cast<int>(field)).standardizer();
    prepared.values[field].reserve(values_[field].size());
    for (const StandardValue& value : values_[field]) {
      prepared.values[field].push_back(MakeComparable(standardizer, value));
    }
  }
  return prepared;
}

}  // namespace blindlink::agent
