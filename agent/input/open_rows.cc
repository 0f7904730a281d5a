#include "agent/input/open_rows.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "agent/input/csv_row_reader.h"
#include "agent/input/fhir_patients_reader.h"
#include "agent/input/fixed_width_reader.h"
#include "agent/input/hl7_reader.h"
#include "agent/input/json_lines_reader.h"
#include "agent/input/omop_reader.h"
#include "agent/input/pcornet_reader.h"
#include "agent/input/period.h"
#include "agent/input/table_folder.h"
#include "common/base/status_macros.h"
#include "common/csv/byte_source.h"

namespace blindlink::agent {
namespace {

bool IsTables(InputFormat format) {
  return format == InputFormat::kPcornet || format == InputFormat::kOmop;
}

absl::CivilDay TodayOf(const InputOptions& options) {
  return options.today.has_value() ? *options.today : TodayInUtc();
}

std::filesystem::path ScratchOf(const InputOptions& options) {
  if (!options.scratch.empty()) return options.scratch;
  std::error_code none;
  std::filesystem::path folder = std::filesystem::temp_directory_path(none);
  return none ? std::filesystem::path(".") : folder;
}

// What makes options contradict each other or the input.
absl::Status CheckOptions(const InputOptions& options, bool is_folder) {
  const bool fixed = options.format == InputFormat::kFixedWidth;
  if (fixed && options.layout.empty()) {
    return absl::InvalidArgumentError(
        "a file of fixed width needs --layout FILE, which says where its columns stand "
        "(docs/input-formats.md)");
  }
  if (!options.layout.empty() && options.format.has_value() && !fixed) {
    return absl::InvalidArgumentError(
        absl::StrCat("--layout is for files of fixed width, not for ", NameOf(*options.format)));
  }
  if (is_folder && options.format.has_value() && !IsTables(*options.format)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "is a folder, which only pcornet and omop are: name a file, or join the files of the "
        "folder, as in cat FOLDER/* | blindlink-agent ... --input - --input-format ",
        NameOf(*options.format)));
  }
  if (!is_folder && options.format.has_value() && IsTables(*options.format)) {
    return absl::InvalidArgumentError(
        absl::StrCat(NameOf(*options.format), " is a folder of tables (CSV): name the folder"));
  }
  return absl::OkStatus();
}

InputFormat Recognize(const InputOptions& options, absl::string_view head) {
  if (options.format.has_value()) return *options.format;
  if (!options.layout.empty()) return InputFormat::kFixedWidth;
  if (Hl7Reader::Recognizes(head)) return InputFormat::kHl7;
  head.remove_prefix(std::min(head.find_first_not_of(" \r\n"), head.size()));
  if (FhirPatientsReader::Recognizes(head)) return InputFormat::kFhir;
  return InputFormat::kCsv;  // or JSON Lines: see OpenRowReader
}

absl::StatusOr<std::unique_ptr<RowReader>> OpenFixedWidth(const InputOptions& options,
                                                          InputBuffer buffer, RejectLog* rejects) {
  BL_ASSIGN_OR_RETURN(FixedWidthLayout layout, ReadFixedWidthLayout(options.layout));
  return FixedWidthReader::Open(std::move(layout), std::move(buffer), rejects);
}

absl::StatusOr<std::unique_ptr<RowReader>> OpenReader(InputFormat format,
                                                      const InputOptions& options,
                                                      InputBuffer buffer, RejectLog* rejects) {
  switch (format) {
    case InputFormat::kHl7:
      return std::make_unique<Hl7Reader>(std::move(buffer), TodayOf(options), rejects);
    case InputFormat::kFhir:
      return FhirPatientsReader::Open(std::move(buffer), TodayOf(options), rejects);
    case InputFormat::kFixedWidth:
      return OpenFixedWidth(options, std::move(buffer), rejects);
    case InputFormat::kJsonLines:
      return std::make_unique<JsonLinesReader>(std::move(buffer), rejects);
    case InputFormat::kCsv:
      if (options.format.has_value()) {
        return CsvRowReader::Open(std::move(buffer), options.delimiter, rejects);
      }
      break;  // or JSON Lines
    case InputFormat::kPcornet:
    case InputFormat::kOmop:
      break;  // not a file: see CheckOptions
  }
  return OpenTextRows(std::move(buffer), options.delimiter, rejects);
}

absl::StatusOr<OpenedRows> OpenFile(const InputOptions& options, RejectLog* rejects) {
  BL_ASSIGN_OR_RETURN(std::unique_ptr<ByteSource> bytes, OpenByteSource(options.path));
  OpenedRows rows;
  rows.notes = bytes->notes();
  InputBuffer buffer(std::move(bytes));
  BL_RETURN_IF_ERROR(buffer.BeginText());
  const InputFormat format = Recognize(options, buffer.unread());
  if (format == InputFormat::kHl7) {
    rows.notes.push_back("read as HL7 v2 messages: rows are PID segments, counted by segments");
  }
  if (format == InputFormat::kFhir) {
    rows.notes.push_back("read as FHIR: rows are Patient resources, counted by resources");
  }
  BL_ASSIGN_OR_RETURN(rows.reader, OpenReader(format, options, std::move(buffer), rejects));
  return rows;
}

// Says which files are used, and which are not.
std::string NoteOnTables(absl::string_view shape, const std::vector<Table>& tables,
                         absl::Span<const Table* const> used) {
  std::vector<absl::string_view> named;
  for (const Table* table : used) {
    if (table != nullptr) named.push_back(table->file);
  }
  std::string note = absl::StrCat("read as ", shape, ": ", absl::StrJoin(named, ", "));
  if (named.size() < tables.size()) {
    absl::StrAppend(&note, "; not used: ", tables.size() - named.size(), " other files");
  }
  return note;
}

absl::StatusOr<OpenedRows> OpenFolder(const InputOptions& options, RejectLog* rejects) {
  BL_ASSIGN_OR_RETURN(const std::vector<Table> tables, ListTables(options.path));
  OpenedRows rows;
  const auto may_be = [&options](InputFormat format) {
    return !options.format.has_value() || options.format == format;
  };
  if (may_be(InputFormat::kPcornet)) {
    BL_ASSIGN_OR_RETURN(const std::optional<PcornetReader::Tables> found,
                        PcornetReader::Find(tables));
    if (found.has_value()) {
      rows.notes.push_back(NoteOnTables("PCORnet tables", tables,
                                        {found->identity, found->demographic, found->addresses}));
      BL_ASSIGN_OR_RETURN(
          rows.reader, PcornetReader::Open(*found, ScratchOf(options), TodayOf(options), rejects));
      return rows;
    }
  }
  if (may_be(InputFormat::kOmop)) {
    BL_ASSIGN_OR_RETURN(const std::optional<OmopReader::Tables> found, OmopReader::Find(tables));
    if (found.has_value()) {
      rows.notes.push_back(
          NoteOnTables("OMOP tables", tables,
                       {found->person, found->identity, found->location, found->history}));
      BL_ASSIGN_OR_RETURN(rows.reader,
                          OmopReader::Open(*found, ScratchOf(options), TodayOf(options), rejects));
      return rows;
    }
  }
  return absl::InvalidArgumentError(
      "no table of people found in the folder: it needs PRIVATE_DEMOGRAPHIC of PCORnet (PATID, "
      "PAT_LASTNAME), or PERSON of OMOP (person_id, year_of_birth, gender_concept_id), as CSV "
      "files with a header. To read other files, name one");
}

}  // namespace

absl::StatusOr<OpenedRows> OpenRows(const InputOptions& options, RejectLog* rejects) {
  std::error_code error;
  const bool is_folder = options.path != "-" && std::filesystem::is_directory(options.path, error);
  BL_RETURN_IF_ERROR(CheckOptions(options, is_folder));
  return is_folder ? OpenFolder(options, rejects) : OpenFile(options, rejects);
}

}  // namespace blindlink::agent
