#pragma once

#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "agent/clinical/source/clinical_file.h"
#include "agent/input/row_reader.h"

namespace blindlink::agent {

// Reads Medicare's claims and prescriptions (CMS RIF, resdac.org): one row a claim line, with the
// columns of the claim repeated, and up to 25 diagnoses and procedures across. The first line of a
// claim gives the visit, its diagnoses (ICD_DGNS_CD1…) and procedures (ICD_PRCDR_CD1…); every line
// gives its HCPCS or CPT code and its NDC. A prescription gives a visit of the setting "pharmacy"
// and a drug. Not thread-safe.
class RifReader {
 public:
  // Both must outlive it.
  RifReader(ClinicalFile* file, ReadingContext* context);

  // As TabularReader::ReadAll.
  absl::Status ReadAll();

 private:
  struct Numbered {  // the columns of one of up to 25 codes
    size_t code;
    int version;  // ColumnPlan::kNoColumn
    int date;
  };

  std::vector<Numbered> NumberedColumns(absl::string_view code, absl::string_view version,
                                        absl::string_view date) const;
  int ColumnOf(absl::string_view header) const;
  absl::string_view Cell(int column) const;
  absl::string_view Cell(ClinicalRole role) const;

  absl::Status Use(const Row& row);
  // False if the visit is refused.
  absl::StatusOr<bool> UseVisit();
  absl::Status UseCodes(const std::vector<Numbered>& columns, ClinicalTable table);
  absl::Status UseLine();
  absl::Status UseEvent(ClinicalTable table, absl::string_view code, absl::string_view system,
                        int date_column);
  ClinicalRow NewRow(ClinicalTable table) const;
  // Reads the day in a column. False, and the row is rejected, if it is there but no day.
  bool ReadDayOf(int column, std::optional<absl::CivilDay>* day);
  std::string ReadAmount();
  void Reject(int column, absl::string_view otherwise, const char* reason, bool whole_row = true);

  ClinicalFile& file_;
  ReadingContext& context_;
  FileRejects rejects_;
  const bool prescriptions_;
  absl::flat_hash_map<std::string, int> columns_;  // by header, in capitals
  std::vector<Numbered> diagnoses_;
  std::vector<Numbered> procedures_;
  int line_ndc_ = ColumnPlan::kNoColumn;
  uint64_t number_ = 0;
  std::vector<absl::string_view> cells_;
};

}  // namespace blindlink::agent
