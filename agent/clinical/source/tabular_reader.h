#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "agent/clinical/source/clinical_file.h"
#include "agent/clinical/source/tabular_row.h"
#include "agent/input/row_reader.h"

namespace blindlink::agent {

// Reads a table with columns: a site's own CSV, PCORnet, OMOP, Synthea's CSV, Medicare's
// beneficiaries. Deaths, addresses and places are kept for the persons, who must be read after
// them. Not thread-safe.
class TabularReader {
 public:
  // Both must outlive it. `file->layout` must not be null.
  TabularReader(ClinicalFile* file, ReadingContext* context);

  // Reads the file to its end. Errors: those of opening and reading it, of the sink, and of
  // ReadingContext::row_read. Rows that cannot be used are rejected.
  absl::Status ReadAll();

  // Opens a file for reading its rows; `rejects` takes what the reader rejects. Errors name it.
  static absl::StatusOr<std::unique_ptr<RowReader>> OpenRows(const std::string& path,
                                                             RejectLog* rejects);

 private:
  // Whether the values of OMOP's visit_source_value are all there and all different.
  absl::StatusOr<bool> VisitWordsAreIds() const;
  absl::Status Use(const Row& row);
  absl::Status UseRow(uint64_t number);
  // The codes side by side in the columns of a visit that was admitted.
  absl::Status UseAcross(const ClinicalRow& visit);
  void FillTexts(const Row& row);
  // False if something makes the row unusable.
  bool Report(uint64_t number, const std::vector<CellProblem>& problems);
  void Reject(uint64_t number, ClinicalRole role, const char* reason, bool whole_row);
  // Puts the site's own ids in the place of the keys of this folder.
  void TakeIds(ClinicalRow* row);
  void AddExtras(const ReadingContext::Extras& all, absl::string_view key, ClinicalRow* row) const;
  void KeepExtras(uint64_t number);
  // The value of each further column in the current row.
  std::vector<std::pair<std::string, std::string>> FurtherValues() const;

  ClinicalFile& file_;
  ReadingContext& context_;
  const Layout& layout_;
  FileRejects rejects_;
  std::string code_system_;  // that the header of the column of codes names
  std::vector<absl::string_view> cells_;
  RoleTexts texts_;
};

}  // namespace blindlink::agent
