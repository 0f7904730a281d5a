#include "researcher/results/sqlite_file.h"

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
#include "absl/strings/strip.h"
#include "common/base/fd.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"

namespace blindlink::researcher {
namespace {

// The file is worth nothing before it is complete, so nothing needs to be undone or synchronized.
constexpr char kSettings[] =
    "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA locking_mode=EXCLUSIVE;"
    "PRAGMA page_size=8192; PRAGMA cache_size=-65536; BEGIN;";
// Blanks belong to their field.
constexpr CsvDialect kDialect{.delimiter = ',', .trims_blanks = false};

std::string TextOf(const CsvField& field) {
  std::string text(field.text);
  if (field.escaped) text.resize(UndoubleQuotes(text.data(), text.size()));
  return text;
}

std::vector<std::string> ColumnsOf(absl::string_view header) {
  std::vector<CsvField> fields;
  SplitCsvRow(absl::StripSuffix(header, "\n"), kDialect, absl::StrContains(header, '"'), &fields);
  std::vector<std::string> columns;
  columns.reserve(fields.size());
  for (const CsvField& field : fields) columns.push_back(TextOf(field));
  return columns;
}

std::string Definition(absl::string_view column) {
  absl::string_view type = "TEXT";
  if (column == "amount" || column == "score" || absl::StartsWith(column, "expected_")) {
    type = "REAL";
  }
  for (const absl::string_view number : {"seq", "records", "visits", "copies", "events", "rows"}) {
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

void Bind(sqlite3_stmt* statement, int column, const CsvField& field) {
  if (field.text.empty()) {
    sqlite3_bind_null(statement, column);
  } else if (field.escaped) {
    const std::string text = TextOf(field);
    sqlite3_bind_text(statement, column, text.data(), static_cast<int>(text.size()),
                      SQLITE_TRANSIENT);
  } else {
    sqlite3_bind_text(statement, column, field.text.data(), static_cast<int>(field.text.size()),
                      SQLITE_STATIC);
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<SqliteFile>> SqliteFile::Create(const std::string& path,
                                                               std::vector<SqliteTable> tables) {
  std::unique_ptr<SqliteFile> file(new SqliteFile(path, std::move(tables)));
  unlink(file->partial_path_.c_str());
  // Makes the file with its mode first; SQLite would let the umask decide.
  BL_RETURN_IF_ERROR(OpenFd(file->partial_path_, O_WRONLY | O_CREAT | O_EXCL, 0600).status());
  BL_RETURN_IF_ERROR(file->Begin());
  return file;
}

SqliteFile::~SqliteFile() {
  Close();
  if (!finished_) unlink(partial_path_.c_str());
}

void SqliteFile::Close() {
  for (sqlite3_stmt* insert : std::exchange(inserts_, {})) sqlite3_finalize(insert);
  sqlite3_close(std::exchange(database_, nullptr));
}

absl::Status SqliteFile::Begin() {
  const int opened = sqlite3_open(partial_path_.c_str(), &database_);
  if (opened != SQLITE_OK) return Error(opened);
  BL_RETURN_IF_ERROR(Execute(kSettings));
  for (const SqliteTable& table : tables_) {
    const std::vector<std::string> columns = ColumnsOf(table.header);
    BL_RETURN_IF_ERROR(Execute(CreateTable(table.name, columns)));
    const std::string sql =
        absl::StrCat("INSERT INTO ", table.name, " VALUES(",
                     absl::StrJoin(std::vector<std::string>(columns.size(), "?"), ","), ")");
    const int code =
        sqlite3_prepare_v2(database_, sql.c_str(), -1, &inserts_.emplace_back(), nullptr);
    if (code != SQLITE_OK) return Error(code);
  }
  return absl::OkStatus();
}

absl::Status SqliteFile::Add(size_t table, absl::string_view rows) {
  sqlite3_stmt* const insert = inserts_[table];
  while (!rows.empty()) {
    const CsvRowExtent extent = MeasureCsvRow(rows, kDialect, /*at_end=*/true);
    SplitCsvRow(rows.substr(0, extent.content_size), kDialect, extent.has_quotes, &fields_);
    for (size_t i = 0; i < fields_.size(); ++i) Bind(insert, static_cast<int>(i + 1), fields_[i]);
    const int code = sqlite3_step(insert);
    if (code != SQLITE_DONE) return Error(code);
    sqlite3_reset(insert);
    rows.remove_prefix(extent.size);
  }
  return absl::OkStatus();
}

absl::Status SqliteFile::Finish() {
  for (const SqliteTable& table : tables_) BL_RETURN_IF_ERROR(Execute(table.indices));
  BL_RETURN_IF_ERROR(Execute("COMMIT;"));
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
