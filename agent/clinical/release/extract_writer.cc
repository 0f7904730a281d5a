#include "agent/clinical/release/extract_writer.h"

#include <algorithm>
#include <optional>
#include <set>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/fd.h"
#include "common/base/files.h"
#include "common/base/hex.h"
#include "common/base/status_macros.h"
#include "common/csv/csv_writer.h"

namespace blindlink::agent {
namespace {

std::optional<ClinicalTable> FindTable(absl::string_view name) {
  for (size_t i = 0; i < kClinicalTableNames.size(); ++i) {
    if (kClinicalTableNames[i] == name) return static_cast<ClinicalTable>(i);
  }
  return std::nullopt;
}

bool Wants(const v1::Table& table, absl::string_view column) {
  return std::any_of(table.columns().begin(), table.columns().end(),
                     [&](const std::string& name) { return name == "*" || name == column; });
}

absl::Status CheckColumns(ClinicalTable table, const v1::Table& wanted) {
  for (const std::string& name : wanted.columns()) {
    const bool known =
        name == "*" || std::any_of(ColumnsOf(table).begin(), ColumnsOf(table).end(),
                                   [&](const TableColumnName& row) { return row.name == name; });
    if (known) continue;
    return absl::InvalidArgumentError(absl::StrCat(
        "table ", wanted.name(), " has no column ", name, "; there are ",
        absl::StrJoin(ColumnsOf(table), ", ", [](std::string* out, const TableColumnName& column) {
          absl::StrAppend(out, column.name);
        })));
  }
  return absl::OkStatus();
}

constexpr char kManifest[] = "manifest.json";

absl::Status AlreadyThere(const std::filesystem::path& folder) {
  return absl::AlreadyExistsError(
      absl::StrCat(folder.string(), " exists: name another --out, or remove it if nobody has it"));
}

}  // namespace

std::filesystem::path ExtractWriter::PartialFolder() const { return folder_.string() + ".partial"; }

absl::Status ExtractWriter::Check(const v1::DataProduct& product) {
  std::set<ClinicalTable> seen;
  for (const v1::Table& wanted : product.tables()) {
    const std::optional<ClinicalTable> table = FindTable(wanted.name());
    if (!table.has_value()) {
      return absl::InvalidArgumentError(absl::StrCat("there is no table ", wanted.name(),
                                                     "; there are ",
                                                     absl::StrJoin(kClinicalTableNames, ", ")));
    }
    if (!seen.insert(*table).second) {
      return absl::InvalidArgumentError(absl::StrCat("table ", wanted.name(), " is a duplicate"));
    }
    if (*table != ClinicalTable::kPersons) BL_RETURN_IF_ERROR(CheckColumns(*table, wanted));
  }
  return absl::OkStatus();
}

absl::Status ExtractWriter::CheckIsNew(const std::filesystem::path& folder,
                                       const v1::DataProduct& product) {
  std::error_code error;
  if (!std::filesystem::exists(folder / product.name(), error)) return absl::OkStatus();
  return AlreadyThere(folder / product.name());
}

absl::StatusOr<std::unique_ptr<ExtractWriter>> ExtractWriter::Create(
    const std::filesystem::path& folder, const v1::DataProduct& product,
    absl::Span<const std::string> person_columns) {
  std::unique_ptr<ExtractWriter> writer(new ExtractWriter(folder / product.name()));
  BL_RETURN_IF_ERROR(Check(product));
  std::error_code error;
  std::filesystem::remove_all(writer->PartialFolder(), error);  // of a run that was killed
  BL_RETURN_IF_ERROR(MakePrivateFolder(writer->PartialFolder()));
  writer->created_ = true;
  for (const v1::Table& table : product.tables()) {
    BL_RETURN_IF_ERROR(writer->OpenTable(table, person_columns));
  }
  return writer;
}

ExtractWriter::~ExtractWriter() {
  if (!created_ || published_) return;
  tables_.clear();
  std::error_code ignored;
  std::filesystem::remove_all(PartialFolder(), ignored);
}

std::vector<std::string> ExtractWriter::ChooseColumns(ClinicalTable table,
                                                      const v1::Table& wanted) {
  std::vector<std::string> header = {"record"};
  for (const auto& [column, name, always] : ColumnsOf(table)) {
    if (!always && !Wants(wanted, name)) continue;
    header.emplace_back(name);
    tables_[table].columns.push_back(column);
  }
  return header;
}

absl::Status ExtractWriter::OpenTable(const v1::Table& wanted,
                                      absl::Span<const std::string> person_columns) {
  const ClinicalTable table = *FindTable(wanted.name());
  std::vector<std::string> header = {"record"};
  if (table == ClinicalTable::kPersons) {
    header.insert(header.end(), person_columns.begin(), person_columns.end());
    header.emplace_back("death");
  } else {
    header = ChooseColumns(table, wanted);
  }
  Table& opened = tables_[table];
  BL_ASSIGN_OR_RETURN(
      opened.file, OutputFile::Create(PartialFolder() / absl::StrCat(wanted.name(), ".csv.zst")));
  return opened.file->AppendText(absl::StrJoin(header, ",") + "\n");
}

absl::Status ExtractWriter::AddPerson(const RecordPseudonym& record,
                                      absl::Span<const absl::string_view> values,
                                      absl::string_view death) {
  const auto table = tables_.find(ClinicalTable::kPersons);
  if (table == tables_.end()) return absl::OkStatus();
  const std::string id = HexEncode(record.AsView());
  std::vector<absl::string_view> fields = {id};
  fields.insert(fields.end(), values.begin(), values.end());
  fields.push_back(death);
  line_.clear();
  AppendCsvRow(fields, &line_);
  ++table->second.rows;
  return table->second.file->AppendText(line_);
}

absl::Status ExtractWriter::AddRow(const RecordPseudonym& record, const ReleaseRow& row) {
  const auto table = tables_.find(row.table);
  if (table == tables_.end()) return absl::OkStatus();
  const std::string id = HexEncode(record.AsView());
  std::vector<absl::string_view> fields = {id};
  for (const ReleaseColumn column : table->second.columns) fields.push_back(row[column]);
  line_.clear();
  AppendCsvRow(fields, &line_);
  ++table->second.rows;
  return table->second.file->AppendText(line_);
}

absl::StatusOr<std::vector<WrittenTable>> ExtractWriter::Finish() {
  std::vector<WrittenTable> written;
  for (auto& [table, opened] : tables_) {
    BL_RETURN_IF_ERROR(opened.file->Flush());
    BL_RETURN_IF_ERROR(opened.file->Finish());
    written.push_back({absl::StrCat(NameOf(table), ".csv.zst"), std::string(NameOf(table)),
                       opened.rows, opened.file->bytes(), opened.file->TakeDigest()});
  }
  return written;
}

absl::Status ExtractWriter::WriteManifest(absl::string_view manifest) {
  return WriteFileAtomically(PartialFolder() / kManifest, manifest, 0600);
}

absl::Status ExtractWriter::Publish() {
  std::error_code error;
  if (std::filesystem::exists(folder_, error)) {
    const absl::StatusOr<std::string> there = ReadFile(folder_ / kManifest);
    BL_ASSIGN_OR_RETURN(const std::string mine, ReadFile(PartialFolder() / kManifest));
    if (!there.ok() || *there != mine) return AlreadyThere(folder_);
    return absl::OkStatus();
  }
  std::filesystem::rename(PartialFolder(), folder_, error);
  if (error) return ErrnoStatus(error.value(), "rename", PartialFolder());
  published_ = true;
  return SyncFolder(folder_.parent_path());
}

void ExtractWriter::Withdraw() {
  if (!published_) return;
  std::error_code error;
  std::filesystem::rename(folder_, PartialFolder(), error);
  if (!error) published_ = false;
}

}  // namespace blindlink::agent
