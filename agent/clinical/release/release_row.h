#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "agent/clinical/source/clinical_row.h"

namespace blindlink::agent {

// The columns of an extract's tables (docs/formats/extract.md), but those of persons, which the
// release plan names.
enum class ReleaseColumn : uint8_t {
  kVisit,
  kReceipt,
  kStart,  // the day of what has one day alone, too
  kEnd,
  kSetting,
  kPayer,
  kProvider,
  kAmount,
  kSeq,
  kCode,
  kCodeSystem,
  kCertainty,
  kName,
};
inline constexpr size_t kReleaseColumns = static_cast<size_t>(ReleaseColumn::kName) + 1;

struct TableColumnName {
  ReleaseColumn column;
  absl::string_view name;
  bool always;  // in every extract that has the table; the others if the product names them
};
// The columns of a table after `record`, in the order of the file.
const std::vector<TableColumnName>& ColumnsOf(ClinicalTable table);

// Whether the table's rows have codes.
bool HasCode(ClinicalTable table);

// A row as it is released, but for its code, which may still become coarser.
struct ReleaseRow {
  ClinicalTable table = ClinicalTable::kVisits;
  uint32_t seq = 0;
  std::string texts[kReleaseColumns];

  std::string& operator[](ReleaseColumn column) { return texts[static_cast<size_t>(column)]; }
  const std::string& operator[](ReleaseColumn column) const {
    return texts[static_cast<size_t>(column)];
  }
  // By table, then as in the files: by day, visit, position.
  friend bool operator<(const ReleaseRow& a, const ReleaseRow& b);
};

// A compact form for temporary files; Take expects what Append wrote, and removes it from the front
// of `bytes`.
void AppendReleaseRow(const ReleaseRow& row, std::string* out);
ReleaseRow TakeReleaseRow(absl::string_view* bytes);

}  // namespace blindlink::agent
