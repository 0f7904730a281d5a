#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

struct sqlite3;
struct sqlite3_stmt;

namespace blindlink::researcher {

// The timeline as an SQLite database with the tables `events` and `persons`, whose columns are
// those of the CSV files; an empty field is NULL. It grows as FILE.partial (mode 0600) and gets its
// name when it is whole; without Finish nothing is left. The same rows give the same bytes. Errors:
// RESOURCE_EXHAUSTED if the disk is full, otherwise UNKNOWN, with SQLite's words. Not thread-safe.
class SqliteFile {
 public:
  // The headers are the first lines of the CSV files.
  static absl::StatusOr<std::unique_ptr<SqliteFile>> Create(const std::string& path,
                                                            absl::string_view events_header,
                                                            absl::string_view persons_header);
  ~SqliteFile();
  SqliteFile(const SqliteFile&) = delete;
  SqliteFile& operator=(const SqliteFile&) = delete;

  // Adds complete CSV rows.
  absl::Status AddEvents(absl::string_view rows) { return Add(rows, events_); }
  absl::Status AddPersons(absl::string_view rows) { return Add(rows, persons_); }
  // Makes the indices and gives the file its name.
  absl::Status Finish();

 private:
  explicit SqliteFile(const std::string& path) : path_(path), partial_path_(path + ".partial") {}
  absl::Status Begin(absl::string_view events_header, absl::string_view persons_header);
  absl::Status Prepare(const std::string& table, size_t columns, sqlite3_stmt** statement);
  absl::Status Add(absl::string_view rows, sqlite3_stmt* statement);
  absl::Status Execute(const std::string& sql);
  absl::Status Error(int code) const;
  void Close();

  const std::string path_;
  const std::string partial_path_;
  sqlite3* database_ = nullptr;
  sqlite3_stmt* events_ = nullptr;
  sqlite3_stmt* persons_ = nullptr;
  bool finished_ = false;
};

}  // namespace blindlink::researcher
