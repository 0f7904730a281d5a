#include "researcher/results/sqlite_export.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/base/status_macros.h"
#include "common/csv/buffered_row.h"
#include "common/csv/byte_source.h"
#include "common/csv/csv_writer.h"
#include "researcher/results/checked_file.h"
#include "researcher/results/manifest.h"
#include "researcher/results/sqlite_file.h"

namespace blindlink::researcher {
namespace {

constexpr CsvDialect kDialect{.delimiter = ',', .trims_blanks = false};
constexpr size_t kRowsAtOnce = size_t{1} << 20;  // bytes

// A kind of file, by its manifest, and the table that it becomes.
struct Kind {
  absl::string_view kind;
  absl::string_view table;
  absl::string_view indices;
};
constexpr Kind kKinds[] = {{"match-pairs", "pairs",
                            "CREATE INDEX pairs_by_left ON pairs(left_site, left_record);"
                            "CREATE INDEX pairs_by_right ON pairs(right_site, right_record);"},
                           {"entity-map", "entities",
                            "CREATE INDEX entities_by_entity ON entities(entity);"
                            "CREATE INDEX entities_by_record ON entities(site, record);"},
                           {"overlap", "overlap", ""},
                           {"timeline", "events", kEventIndices},
                           {"timeline-persons", "persons", kPersonIndices}};

struct Source {
  std::string path;
  ResultManifest manifest;
  const Kind* kind;
};

absl::StatusOr<Source> SourceOf(const std::string& path) {
  const std::string manifest_path = path + ".manifest.json";
  std::error_code error;
  if (!std::filesystem::exists(manifest_path, error)) {
    return absl::FailedPreconditionError(
        absl::StrCat("there is no ", manifest_path,
                     ": only files that blindlink-researcher has written are exported, with the "
                     "manifest beside them"));
  }
  BL_ASSIGN_OR_RETURN(ResultManifest manifest, ReadManifest(manifest_path));
  const auto* const kind = std::find_if(std::begin(kKinds), std::end(kKinds),
                                        [&](const Kind& one) { return one.kind == manifest.kind; });
  if (kind == std::end(kKinds)) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, " is of the kind ", manifest.kind,
                     ", which has no table: give files of pairs, entities, overlap or timeline"));
  }
  BL_RETURN_IF_ERROR(CheckDigest(path, manifest));
  return Source{path, std::move(manifest), kind};
}

absl::Status CheckTogether(const std::vector<Source>& sources) {
  const Source& first = sources.front();
  for (size_t i = 1; i < sources.size(); ++i) {
    const Source& one = sources[i];
    if (one.manifest.project != first.manifest.project || one.manifest.run != first.manifest.run) {
      return absl::FailedPreconditionError(
          absl::StrCat(first.path, " and ", one.path,
                       " are of different projects or runs: their records do not belong together"));
    }
    for (size_t j = 0; j < i; ++j) {
      if (sources[j].kind != one.kind) continue;
      return absl::InvalidArgumentError(absl::StrCat(sources[j].path, " and ", one.path,
                                                     " are of the same kind (", one.kind->kind,
                                                     "): give one"));
    }
  }
  return absl::OkStatus();
}

// A result file row by row, as text.
class Rows {
 public:
  static absl::StatusOr<std::unique_ptr<Rows>> Open(const std::string& path) {
    BL_ASSIGN_OR_RETURN(std::unique_ptr<ByteSource> bytes, OpenByteSource(path));
    std::unique_ptr<Rows> rows(new Rows(path, InputBuffer(std::move(bytes))));
    BL_RETURN_IF_ERROR(rows->buffer_.BeginText());
    BL_ASSIGN_OR_RETURN(rows->header_, rows->Take());
    rows->number_ = 0;
    if (rows->header_.empty()) {
      return absl::InvalidArgumentError(absl::StrCat(path, " has no header"));
    }
    SplitCsvRow(rows->header_, kDialect, /*has_quotes=*/true, &rows->fields_);
    rows->columns_ = rows->fields_.size();
    return rows;
  }

  const std::string& header() const { return header_; }
  uint64_t number() const { return number_; }

  // Appends the next rows, each with a line feed; nothing at the end.
  absl::Status TakeSome(std::string* out) {
    while (out->size() < kRowsAtOnce) {
      BL_ASSIGN_OR_RETURN(const std::string row, Take());
      if (row.empty()) break;
      SplitCsvRow(row, kDialect, /*has_quotes=*/true, &fields_);
      if (fields_.size() != columns_) {
        return absl::InvalidArgumentError(absl::StrCat(path_, ", row ", number_, " has ",
                                                       fields_.size(), " fields, the header has ",
                                                       columns_));
      }
      absl::StrAppend(out, row, "\n");
    }
    return absl::OkStatus();
  }

 private:
  Rows(std::string path, InputBuffer buffer) : path_(std::move(path)), buffer_(std::move(buffer)) {}

  // The next row without its line end; empty at the end.
  absl::StatusOr<std::string> Take() {
    BL_ASSIGN_OR_RETURN(const CsvRowExtent extent, MeasureRow(kDialect, &buffer_));
    if (extent.end != CsvRowEnd::kComplete) {
      return absl::InvalidArgumentError(
          absl::StrCat(path_, ", row ", number_ + 1, " is not complete CSV: is a quote missing?"));
    }
    std::string row(buffer_.unread().substr(0, extent.content_size));
    buffer_.Consume(extent.size);
    if (extent.size > 0) ++number_;
    return row;
  }

  const std::string path_;
  InputBuffer buffer_;
  std::string header_;
  std::vector<CsvField> fields_;
  size_t columns_ = 0;
  uint64_t number_ = 0;  // of the row that was taken last, from 1
};

absl::Status Copy(const Source& source, size_t table, Rows* rows, SqliteFile* out) {
  std::string some;
  do {
    some.clear();
    BL_RETURN_IF_ERROR(rows->TakeSome(&some));
    BL_RETURN_IF_ERROR(out->Add(table, some));
  } while (!some.empty());
  if (rows->number() == source.manifest.rows) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      source.path, " has ", rows->number(), " rows, but its manifest says ", source.manifest.rows));
}

constexpr char kSourcesHeader[] =
    "file,kind,project,run,run_started,plan,plan_digest,grant_id,grant_expires,rows,sha256,note,"
    "expected_ppv,expected_sensitivity\n";
constexpr char kWarningsHeader[] = "file,warning\n";

std::string SourceRow(const Source& source) {
  const ResultManifest& from = source.manifest;
  std::string ppv;
  std::string sensitivity;
  if (from.expected.has_value()) {
    ppv = absl::StrFormat("%.6f", from.expected->ppv);
    sensitivity = absl::StrFormat("%.6f", from.expected->sensitivity);
  }
  std::string row;
  AppendCsvRow({from.file, from.kind, from.project, from.run, from.run_started, from.plan_name,
                from.plan_digest, from.grant, from.grant_expires, absl::StrCat(from.rows),
                from.sha256, from.note, ppv, sensitivity},
               &row);
  return row;
}

std::vector<std::string> WarningsOf(const ResultManifest& manifest) {
  std::vector<std::string> warnings;
  if (manifest.expected.has_value()) warnings = manifest.expected->warnings;
  if (!manifest.note.empty()) warnings.push_back(manifest.note);
  return warnings;
}

absl::Status AddOrigins(const std::vector<Source>& sources, size_t table, SqliteFile* out,
                        SqliteExport* done) {
  for (const Source& source : sources) {
    BL_RETURN_IF_ERROR(out->Add(table, SourceRow(source)));
    for (const std::string& warning : WarningsOf(source.manifest)) {
      std::string row;
      AppendCsvRow({source.manifest.file, warning}, &row);
      BL_RETURN_IF_ERROR(out->Add(table + 1, row));
      if (std::find(done->warnings.begin(), done->warnings.end(), warning) ==
          done->warnings.end()) {
        done->warnings.push_back(warning);
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<SqliteExport> ExportToSqlite(const std::vector<std::string>& files,
                                            const std::string& out) {
  if (files.empty()) return absl::InvalidArgumentError("there is no file to export");
  std::vector<Source> sources;
  for (const std::string& path : files) {
    BL_ASSIGN_OR_RETURN(Source source, SourceOf(path));
    sources.push_back(std::move(source));
  }
  BL_RETURN_IF_ERROR(CheckTogether(sources));
  std::vector<std::unique_ptr<Rows>> rows;
  std::vector<SqliteTable> tables;
  for (const Source& source : sources) {
    BL_ASSIGN_OR_RETURN(rows.emplace_back(), Rows::Open(source.path));
    tables.push_back({std::string(source.kind->table), rows.back()->header(),
                      std::string(source.kind->indices)});
  }
  tables.push_back({"sources", kSourcesHeader, ""});
  tables.push_back({"warnings", kWarningsHeader, ""});
  BL_ASSIGN_OR_RETURN(const auto database, SqliteFile::Create(out, std::move(tables)));
  SqliteExport done;
  BL_RETURN_IF_ERROR(AddOrigins(sources, sources.size(), database.get(), &done));
  for (size_t i = 0; i < sources.size(); ++i) {
    BL_RETURN_IF_ERROR(Copy(sources[i], i, rows[i].get(), database.get()));
    done.tables.emplace_back(sources[i].kind->table, rows[i]->number());
  }
  BL_RETURN_IF_ERROR(database->Finish());
  return done;
}

}  // namespace blindlink::researcher
