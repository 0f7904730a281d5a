#include "agent/address_reference/address_report.h"

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/csv/csv_writer.h"

namespace blindlink::agent {
namespace {

std::string ChangeText(const AddressChange& change) {
  if (change.outcome == AddressOutcome::kZipFilled) return "zip filled";
  if (change.distance == 0) return "suffix corrected";
  return absl::StrCat("street corrected, distance ", change.distance);
}

}  // namespace

absl::string_view AddressOutcomeName(AddressOutcome outcome) {
  switch (outcome) {
    case AddressOutcome::kConfirmed:
      return "confirmed";
    case AddressOutcome::kCorrected:
      return "corrected";
    case AddressOutcome::kZipFilled:
      return "zip filled";
    case AddressOutcome::kAmbiguous:
      return "ambiguous";
    case AddressOutcome::kUnknown:
      return "unknown";
  }
  return "";
}

void AddressFindings::Count(const AddressFindings& other) {
  for (size_t i = 0; i < counts.size(); ++i) counts[i] += other.counts[i];
}

std::string AddressCountsText(const AddressCounts& counts) {
  std::string text;
  for (size_t i = 0; i < counts.size(); ++i) {
    const absl::string_view name = AddressOutcomeName(static_cast<AddressOutcome>(i));
    absl::StrAppend(&text, i == 0 ? "" : ", ", counts[i], " ", name);
  }
  return text;
}

absl::StatusOr<AddressChangeLog> AddressChangeLog::Create(const std::string& path) {
  BL_ASSIGN_OR_RETURN(std::unique_ptr<PartialFile> file, PartialFile::Create(path));
  BL_RETURN_IF_ERROR(file->Append("row,column,change\n"));
  return AddressChangeLog(std::move(file));
}

absl::Status AddressChangeLog::Add(const AddressChange& change, absl::string_view column) {
  std::string row;
  AppendCsvRow({absl::StrCat(change.row), column, ChangeText(change)}, &row);
  return file_->Append(row);
}

}  // namespace blindlink::agent
