#include "researcher/timeline/sqlite_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <unistd.h>

#include <filesystem>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/base/fd.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"
#include "researcher/timeline/tables.h"

namespace blindlink::researcher {
namespace {

// The file is worth nothing before it is complete, so nothing needs to be undone or synchronized.
constexpr char kSettings[] =
    "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA locking_mode=EXCLUSIVE;"
    "PRAGMA page_size=8192; PRAGMA cache_size=-65536; BEGIN;";
constexpr char kIndices[] =
    "CREATE INDEX events_by_entity ON events(entity, date);"
    "CREATE INDEX events_by_code ON events(code_system, code);"
    "CREATE INDEX events_by_visit ON events(site, visit);"
    "CREATE UNIQUE INDEX persons_by_entity ON persons(entity); COMMIT;";

std::vector<std::string> ColumnsOf(absl::string_view header) {
  std::vector<std::string> columns;
  for (const absl::string_view raw : absl::StrSplit(absl::StripSuffix(header, "\n"), ',')) {
    columns.push_back(Unquoted(raw));
  }
  return columns;
}

std::string Definition(absl::string_view column) {
  absl::string_view type = "TEXT";
  if (column == "amount") type = "REAL";
  for (const absl::string_view number : {"seq", "records", "visits", "copies", "events"}) {
    if (column == number) type = "INTEGER";
  }
  return absl::StrCat("\"", absl::StrReplaceAll(column, {{"\"", "\"\""}}), "\" ", type);
}

std::string CreateTable(absl::string_view name, const std::vector<std::string>& columns) {
  return absl::StrCat("CREATE TABLE ", name, "(",
                      absl::StrJoin(columns, ",",
                                    [](std::string* out, const std::string& column) {
                                      absl::StrAppend(out, Definition(column));
                                    }),
                      ");");
}

void Bind(sqlite3_stmt* statement, int column, absl::string_view raw) {
  if (raw.empty()) {
    sqlite3_bind_null(statement, column);
  } else if (raw.front() == '"') {
    const std::string text = Unquoted(raw);
    sqlite3_bind_text(statement, column, text.data(), static_cast<int>(text.size()),
                      SQLITE_TRANSIENT);
  } else {
    sqlite3_bind_text(statement, column, raw.data(), static_cast<int>(raw.size()), SQLITE_STATIC);
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<SqliteFile>> SqliteFile::Create(const std::string& path,
                                                               absl::string_view events_header,
                                                               absl::string_view persons_header) {
  std::unique_ptr<SqliteFile> file(new SqliteFile(path));
  unlink(file->partial_path_.c_str());
  // Makes the file with its mode first; SQLite would let the umask decide.
  BL_RETURN_IF_ERROR(OpenFd(file->partial_path_, O_WRONLY | O_CREAT | O_EXCL, 0600).status());
  BL_RETURN_IF_ERROR(file->Begin(events_header, persons_header));
  return file;
}

SqliteFile::~SqliteFile() {
  Close();
  if (!finished_) unlink(partial_path_.c_str());
}

void SqliteFile::Close() {
  sqlite3_finalize(std::exchange(events_, nullptr));
  sqlite3_finalize(std::exchange(persons_, nullptr));
  sqlite3_close(std::exchange(database_, nullptr));
}

absl::Status SqliteFile::Begin(absl::string_view events_header, absl::string_view persons_header) {
  const int opened = sqlite3_open(partial_path_.c_str(), &database_);
  if (opened != SQLITE_OK) return Error(opened);
  const std::vector<std::string> events = ColumnsOf(events_header);
  const std::vector<std::string> persons = ColumnsOf(persons_header);
  BL_RETURN_IF_ERROR(Execute(
      absl::StrCat(kSettings, CreateTable("events", events), CreateTable("persons", persons))));
  BL_RETURN_IF_ERROR(Prepare("events", events.size(), &events_));
  return Prepare("persons", persons.size(), &persons_);
}

absl::Status SqliteFile::Prepare(const std::string& table, size_t columns,
                                 sqlite3_stmt** statement) {
  const std::vector<std::string> places(columns, "?");
  const std::string sql =
      absl::StrCat("INSERT INTO ", table, " VALUES(", absl::StrJoin(places, ","), ")");
  const int code = sqlite3_prepare_v2(database_, sql.c_str(), -1, statement, nullptr);
  return code == SQLITE_OK ? absl::OkStatus() : Error(code);
}

absl::Status SqliteFile::Add(absl::string_view rows, sqlite3_stmt* statement) {
  RawRow row;
  while (!rows.empty()) {
    const CsvRowExtent extent = MeasureCsvRow(rows, kTableDialect, /*at_end=*/true);
    row.Split(rows.substr(0, extent.content_size));
    for (size_t i = 0; i < row.size(); ++i) Bind(statement, static_cast<int>(i + 1), row[i]);
    const int code = sqlite3_step(statement);
    if (code != SQLITE_DONE) return Error(code);
    sqlite3_reset(statement);
    rows.remove_prefix(extent.size);
  }
  return absl::OkStatus();
}

absl::Status SqliteFile::Finish() {
  BL_RETURN_IF_ERROR(Execute(kIndices));
  Close();
  BL_RETURN_IF_ERROR(SyncFile(partial_path_));
  if (rename(partial_path_.c_str(), path_.c_str()) != 0) {
    return ErrnoStatus(errno, "rename", partial_path_);
  }
  finished_ = true;
  const std::filesystem::path folder = std::filesystem::path(path_).parent_path();
  return SyncFolder(folder.empty() ? "." : folder);
}

absl::Status SqliteFile::Execute(const std::string& sql) {
  const int code = sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, nullptr);
  return code == SQLITE_OK ? absl::OkStatus() : Error(code);
}

absl::Status SqliteFile::Error(int code) const {
  const std::string text = absl::StrCat("cannot write ", partial_path_, ": ", sqlite3_errstr(code));
  return code == SQLITE_FULL ? absl::ResourceExhaustedError(text) : absl::UnknownError(text);
}

}  // namespace blindlink::researcher
