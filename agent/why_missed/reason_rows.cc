#include "agent/why_missed/reason_rows.h"

#include "absl/strings/str_join.h"
#include "common/base/status_macros.h"
#include "common/csv/csv_writer.h"

namespace blindlink::agent {

absl::StatusOr<ReasonRows> ReasonRows::Create(const std::string& path, const Plan& plan) {
  ReasonRows rows(plan);
  if (path.empty()) return rows;
  BL_ASSIGN_OR_RETURN(rows.file_, PartialFile::Create(path));
  std::vector<absl::string_view> header = {"judged",     "left_site",    "left_record",
                                           "right_site", "right_record", "differ_most_in",
                                           "match_keys"};
  for (const v1::Field& field : plan.proto().fields()) header.push_back(field.name());
  BL_RETURN_IF_ERROR(rows.AppendFields(header));
  return rows;
}

absl::Status ReasonRows::Append(absl::string_view judged, const KeptRecord& left,
                                const KeptRecord& right, const Explanation& explanation) {
  if (file_ == nullptr) return absl::OkStatus();
  const std::string match_keys = absl::StrJoin(
      explanation.match_keys, ";",
      [this](std::string* out, size_t i) { out->append(plan_.match_keys()[i].name); });
  std::vector<absl::string_view> fields = {judged,     left.site,       left.record_id,
                                           right.site, right.record_id, NameOf(explanation.main),
                                           match_keys};
  for (const Difference difference : explanation.fields) fields.push_back(NameOf(difference));
  return AppendFields(fields);
}

absl::Status ReasonRows::AppendFields(const std::vector<absl::string_view>& fields) {
  text_.clear();
  AppendCsvRow(fields, &text_);
  return file_->Append(text_);
}

}  // namespace blindlink::agent
