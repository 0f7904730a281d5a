#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/csv/csv_row.h"

struct sqlite3;
struct sqlite3_stmt;

namespace blindlink::researcher {

// SQL that makes the indices of a timeline's tables `events` and `persons`.
inline constexpr char kEventIndices[] =
    "CREATE INDEX events_by_entity ON events(entity, date);"
    "CREATE INDEX events_by_code ON events(code_system, code);"
    "CREATE INDEX events_by_visit ON events(site, visit);";
inline constexpr char kPersonIndices[] =
    "CREATE UNIQUE INDEX persons_by_entity ON persons(entity);";

struct SqliteTable {
  std::string name;
  std::string header;   // the first line of the CSV file whose columns it has
  std::string indices;  // SQL that makes them, once all rows are in; may be empty
};

// Tables of CSV files as one SQLite database: an empty field is NULL; columns that hold counts are
// INTEGER, amounts and scores REAL, all others TEXT. It grows as FILE.partial (mode 0600) and gets
// its name when it is whole; without Finish nothing is left. The same rows give the same bytes.
// Errors: RESOURCE_EXHAUSTED if the disk is full, otherwise UNKNOWN, with SQLite's words. Not
// thread-safe.
class SqliteFile {
 public:
  static absl::StatusOr<std::unique_ptr<SqliteFile>> Create(const std::string& path,
                                                            std::vector<SqliteTable> tables);
  ~SqliteFile();
  SqliteFile(const SqliteFile&) = delete;
  SqliteFile& operator=(const SqliteFile&) = delete;

  // Adds complete CSV rows, with as many fields as the header, to the table of this index.
  absl::Status Add(size_t table, absl::string_view rows);
  // Makes the indices and gives the file its name.
  absl::Status Finish();

 private:
  SqliteFile(const std::string& path, std::vector<SqliteTable> tables)
      : path_(path), partial_path_(path + ".partial"), tables_(std::move(tables)) {}
  absl::Status Begin();
  absl::Status Execute(const std::string& sql);
  absl::Status Error(int code) const;
  void Close();

  const std::string path_;
  const std::string partial_path_;
  const std::vector<SqliteTable> tables_;
  sqlite3* database_ = nullptr;
  std::vector<sqlite3_stmt*> inserts_;  // by table
  std::vector<CsvField> fields_;
  bool finished_ = false;
};

}  // namespace blindlink::researcher
