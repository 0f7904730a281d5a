#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "agent/clinical/release/release_row.h"
#include "blindlink/v1/release_plan.pb.h"
#include "common/base/bytes16.h"
#include "common/csv/output_file.h"

namespace blindlink::agent {

struct WrittenTable {
  std::string file;
  std::string table;
  uint64_t rows = 0;
  uint64_t bytes = 0;
  std::string sha256;
};

// Writes one data product as docs/formats/extract.md describes it, in a folder NAME.partial that
// Publish renames to NAME. Without Publish nothing is left. Persons must come in the order of their
// pseudonyms. Errors are those of PartialFile. Not thread-safe.
class ExtractWriter {
 public:
  // INVALID_ARGUMENT if the product names a table or column that there is not.
  static absl::Status Check(const v1::DataProduct& product);
  // ALREADY_EXISTS if the product is in `folder`.
  static absl::Status CheckIsNew(const std::filesystem::path& folder,
                                 const v1::DataProduct& product);

  // `person_columns`: of the table of persons, between `record` and `death`. Errors are those of
  // Check, too.
  static absl::StatusOr<std::unique_ptr<ExtractWriter>> Create(
      const std::filesystem::path& folder, const v1::DataProduct& product,
      absl::Span<const std::string> person_columns);
  ~ExtractWriter();
  ExtractWriter(const ExtractWriter&) = delete;
  ExtractWriter& operator=(const ExtractWriter&) = delete;

  // `values` parallel to person_columns.
  absl::Status AddPerson(const RecordPseudonym& record, absl::Span<const absl::string_view> values,
                         absl::string_view death);
  // Ignored if the product does not have the row's table.
  absl::Status AddRow(const RecordPseudonym& record, const ReleaseRow& row);

  // Completes the files; call it once, after the last row.
  absl::StatusOr<std::vector<WrittenTable>> Finish();
  absl::Status WriteManifest(absl::string_view manifest);
  // Gives the folder, with its manifest, its name. If the name is taken by an extract with the same
  // manifest, which a run that was interrupted has published, that one is kept; ALREADY_EXISTS if
  // by another.
  absl::Status Publish();
  // Takes the name back; what was written is removed on destruction.
  void Withdraw();

 private:
  struct Table {
    std::unique_ptr<OutputFile> file;
    std::vector<ReleaseColumn> columns;
    uint64_t rows = 0;
  };
  static constexpr size_t kTables = kClinicalTableNames.size();

  explicit ExtractWriter(std::filesystem::path folder) : folder_(std::move(folder)) {}
  std::filesystem::path PartialFolder() const;
  absl::Status OpenTable(const v1::Table& table, absl::Span<const std::string> person_columns);
  std::vector<std::string> ChooseColumns(ClinicalTable table, const v1::Table& wanted);

  const std::filesystem::path folder_;
  bool created_ = false;
  bool published_ = false;
  std::map<ClinicalTable, Table> tables_;
  std::string line_;
};

}  // namespace blindlink::agent
