#include "agent/clinical/source/clinical_source.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "agent/clinical/source/fhir_reader.h"
#include "agent/clinical/source/rif_reader.h"
#include "agent/clinical/source/tabular_reader.h"
#include "agent/input/column_roles.h"
#include "agent/input/shown_columns.h"
#include "common/base/fd.h"
#include "common/base/status_macros.h"
#include "common/csv/byte_source.h"

namespace blindlink::agent {
namespace {

using Part = ClinicalPart;

// Persons before visits, visits before what belongs to them; what other files know of persons and
// visits before them.
constexpr Part kOrder[] = {Part::kDeaths, Part::kAddresses, Part::kPlaces,    Part::kPersons,
                           Part::kClaims, Part::kVisits,    Part::kDiagnoses, Part::kProcedures,
                           Part::kDrugs,  Part::kEnrolment};

absl::Status Named(const std::string& name, const absl::Status& status) {
  return absl::Status(status.code(), absl::StrCat(name, ": ", status.message()));
}

std::vector<std::string> Normalized(absl::Span<const std::string> headers) {
  std::vector<std::string> normalized;
  for (const std::string& header : headers) normalized.push_back(NormalizeHeader(header));
  return normalized;
}

absl::StatusOr<char> FirstCharacter(const std::string& path) {
  BL_ASSIGN_OR_RETURN(std::unique_ptr<ByteSource> bytes, OpenByteSource(path));
  InputBuffer buffer(std::move(bytes));
  BL_RETURN_IF_ERROR(buffer.BeginText());
  BL_RETURN_IF_ERROR(buffer.SkipAny(" \r\n"));
  return buffer.unread().empty() ? '\0' : buffer.unread()[0];
}

// False for a workbook, an archive and the like, which may lie beside the data.
bool IsText(const std::string& path) {
  return FirstCharacter(path).status().code() != absl::StatusCode::kInvalidArgument;
}

// False for links that lead nowhere or in a circle, pipes and the like.
bool IsFile(const std::string& path) {
  std::error_code error;
  return std::filesystem::is_regular_file(path, error);
}

// The paths of what lies in a folder and is neither hidden nor a folder, sorted.
absl::StatusOr<std::vector<std::string>> FilesIn(const std::string& folder) {
  std::vector<std::string> paths;
  std::error_code error;
  auto entry = std::filesystem::directory_iterator(folder, error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    const std::string path = entry->path().string();
    std::error_code no_folder;
    const bool hidden = absl::StartsWith(entry->path().filename().string(), ".");
    if (!hidden && !std::filesystem::is_directory(path, no_folder)) paths.push_back(path);
  }
  if (error) return ErrnoStatus(error.value(), "list", folder);
  std::sort(paths.begin(), paths.end());
  return paths;
}

ClinicalFile NewFile(const std::string& path, size_t number) {
  ClinicalFile file;
  file.path = path;
  file.name = std::filesystem::path(path).filename().string();
  file.number = static_cast<uint32_t>(number);
  return file;
}

// The table in "drugs=rx2019.csv", and the file.
std::pair<std::optional<ClinicalTable>, std::string> SplitInput(const std::string& input) {
  for (size_t i = 0; i < kClinicalTableNames.size(); ++i) {
    const std::string prefix = absl::StrCat(kClinicalTableNames[i], "=");
    if (absl::StartsWith(input, prefix)) {
      return {static_cast<ClinicalTable>(i), input.substr(prefix.size())};
    }
  }
  return {std::nullopt, input};
}

std::string StatedPersonSystem(const StatedColumns& stated) {
  for (const StatedColumns::Stated& each : stated.all()) {
    if (each.table == ClinicalTable::kPersons && each.role == ClinicalRole::kPerson) {
      return each.header;
    }
  }
  return "";
}

}  // namespace

absl::StatusOr<std::unique_ptr<ClinicalSource>> ClinicalSource::Open(
    const ClinicalOptions& options) {
  auto source = absl::WrapUnique(new ClinicalSource());
  source->options_ = options;
  BL_ASSIGN_OR_RETURN(source->stated_, StatedColumns::Parse(options.columns));
  for (const std::string& input : options.inputs) {
    BL_RETURN_IF_ERROR(source->AddInput(input));
  }
  BL_RETURN_IF_ERROR(source->CheckAny());
  return source;
}

absl::Status ClinicalSource::AddInput(const std::string& input) {
  const auto [table, path] = SplitInput(input);
  std::error_code error;
  if (!table.has_value() && std::filesystem::is_directory(path, error)) return AddFolder(path);
  BL_RETURN_IF_ERROR(AddFile(path, table));
  const ClinicalFile& file = files_.back();
  if (file.layout != nullptr) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      path, ": not recognized as clinical data. Say what it is, as in diagnoses=", path,
      ", and which columns it has (--columns). ", DescribeColumns(file.headers)));
}

absl::Status ClinicalSource::AddFolder(const std::string& folder) {
  const size_t first = files_.size();
  BL_ASSIGN_OR_RETURN(const std::vector<std::string> paths, FilesIn(folder));
  for (const std::string& path : paths) {
    if (IsFile(path) && IsText(path)) {
      BL_RETURN_IF_ERROR(AddFile(path, std::nullopt));
    } else {
      files_.push_back(NewFile(path, files_.size()));
    }
  }
  // Beside tables of a known shape, other files are not a site's own claims.
  const bool known =
      std::any_of(files_.begin() + static_cast<std::ptrdiff_t>(first), files_.end(),
                  [](const ClinicalFile& file) {
                    return file.layout != nullptr && file.layout->shape != ClinicalShape::kCsv;
                  });
  for (size_t i = first; known && i < files_.size(); ++i) {
    const Layout* const layout = files_[i].layout;
    if (layout != nullptr && layout->shape == ClinicalShape::kCsv) files_[i].layout = nullptr;
  }
  return absl::OkStatus();
}

absl::Status ClinicalSource::AddFile(const std::string& path, std::optional<ClinicalTable> table) {
  ClinicalFile file = NewFile(path, files_.size());
  BL_ASSIGN_OR_RETURN(const char first, FirstCharacter(path));
  if (first == '{' && !table.has_value()) {
    BL_ASSIGN_OR_RETURN(file.layout, FhirReader::Recognize(path));
  } else if (first != '\0') {
    RejectLog ignored;
    const absl::StatusOr<std::unique_ptr<RowReader>> reader =
        TabularReader::OpenRows(path, &ignored);
    // A table without a row is as good as none.
    if (reader.ok()) {
      file.headers = (*reader)->columns();
      if (!table.has_value()) file.layout = FindSignedLayout(Normalized(file.headers));
      if (file.layout == nullptr) BL_RETURN_IF_ERROR(RecognizeCsv(table, &file));
      BL_RETURN_IF_ERROR(Plan(&file));
    } else if (table.has_value()) {
      return reader.status();
    }
  }
  files_.push_back(std::move(file));
  return absl::OkStatus();
}

absl::Status ClinicalSource::RecognizeCsv(std::optional<ClinicalTable> table,
                                          ClinicalFile* file) const {
  std::vector<ClinicalTable> candidates = {ClinicalTable::kVisits};
  if (table.has_value()) {
    candidates = {*table};
  } else {
    candidates = TablesNamedBy(file->name);
    for (size_t i = 0; i < kClinicalTableNames.size(); ++i) {
      const auto each = static_cast<ClinicalTable>(i);
      if (stated_.AllIn(each, Normalized(file->headers))) candidates.push_back(each);
    }
  }
  std::string missing;
  for (const ClinicalTable each : candidates) {
    const Layout& layout = CsvLayouts()[static_cast<size_t>(each)];
    absl::StatusOr<ColumnPlan> plan =
        PlanColumns(layout, file->headers, stated_, options_.person_columns);
    if (!plan.ok()) return Named(file->path, plan.status());
    missing = WhatIsMissing(each, *plan);
    if (!missing.empty()) continue;
    file->layout = &layout;
    return absl::OkStatus();
  }
  if (!table.has_value()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(file->path, " has no column for: ", missing, ". Name it with --columns, as in ",
                   NameOf(*table), ".start=HEADER. ", DescribeColumns(file->headers)));
}

absl::Status ClinicalSource::Plan(ClinicalFile* file) const {
  if (file->layout == nullptr || file->layout->part == Part::kNothing) return absl::OkStatus();
  absl::StatusOr<ColumnPlan> plan =
      PlanColumns(*file->layout, file->headers, stated_, options_.person_columns);
  if (!plan.ok()) return Named(file->path, plan.status());
  file->plan = *std::move(plan);
  return absl::OkStatus();
}

absl::Status ClinicalSource::CheckAny() const {
  const bool any = std::any_of(files_.begin(), files_.end(), [](const ClinicalFile& file) {
    return file.layout != nullptr && file.layout->part != Part::kNothing;
  });
  if (any) return absl::OkStatus();
  return absl::InvalidArgumentError(
      "no clinical data found: name the files or the folder of a site's claims (CSV), of PCORnet, "
      "OMOP or Medicare tables, or of FHIR resources (NDJSON); docs/clinical-sources.md lists "
      "them");
}

void ClinicalSource::OrderBeneficiaries(size_t first, std::vector<size_t>* order) const {
  const auto begin = order->begin() + static_cast<std::ptrdiff_t>(first);
  const bool medicare =
      begin != order->end() && files_[*begin].layout->shape == ClinicalShape::kRif;
  if (!medicare) return;
  std::reverse(begin, order->end());
  std::stable_partition(begin, order->end(), [this](size_t number) {
    return files_[number].plan.Has(ClinicalRole::kDeath);
  });
}

std::vector<size_t> ClinicalSource::ReadingOrder() const {
  const bool plans = std::any_of(files_.begin(), files_.end(), [](const ClinicalFile& file) {
    return file.layout != nullptr && file.layout->name == "payer_plan_period";
  });
  std::vector<size_t> order;
  for (const Part part : kOrder) {
    const size_t first = order.size();
    for (size_t i = 0; i < files_.size(); ++i) {
      const Layout* const layout = files_[i].layout;
      if (layout == nullptr || layout->part != part) continue;
      // In OMOP, insurance is known better from plans than from what was observed.
      if (plans && layout->name == "observation_period") continue;
      order.push_back(i);
    }
    if (part == Part::kPersons) OrderBeneficiaries(first, &order);
  }
  return order;
}

absl::Status ClinicalSource::Read(ClinicalFile* file, ReadingContext* context,
                                  FhirClaims* claims) const {
  if (file->layout->shape == ClinicalShape::kFhir) {
    return FhirReader(file, context, claims, StatedPersonSystem(stated_)).ReadAll();
  }
  if (file->layout->part == Part::kClaims) return RifReader(file, context).ReadAll();
  return TabularReader(file, context).ReadAll();
}

void ClinicalSource::RejectLostClaims(const FhirClaims& claims, const RowGate& gate,
                                      ClinicalRejects& rejects) {
  const auto has_visit = [&gate](absl::string_view id) { return gate.HasVisit(id); };
  for (const FhirClaims::Place& place : claims.Lost(has_visit)) {
    ClinicalFile& file = files_[place.file];
    --file.used;
    rejects.Add(file.name, {place.row, "encounter", "unknown-visit"}, /*whole_row=*/true);
  }
}

absl::Status ClinicalSource::ReadAll(ClinicalRejects& rejects, const ClinicalSink& sink,
                                     const OnProgress& progress) {
  uint64_t used = 0;
  RowGate gate([&](const ClinicalRow& row) {
    ++used;
    return sink(row);
  });
  uint64_t rows = 0;
  size_t done = 0;
  const std::vector<size_t> order = ReadingOrder();
  ReadingContext context{gate, rejects, options_.date_order, [&](double share) {
                           ++rows;
                           if (progress == nullptr) return absl::OkStatus();
                           return progress(rows,
                                           (static_cast<double>(done) + std::max(share, 0.0)) /
                                               static_cast<double>(order.size()));
                         }};
  FhirClaims claims;
  for (const size_t number : order) {
    BL_RETURN_IF_ERROR(Read(&files_[number], &context, &claims));
    ++done;
  }
  RejectLostClaims(claims, gate, rejects);
  if (used > 0) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("none of ", rows,
                   " rows of clinical data can be used: the reject log names rows, columns and "
                   "reasons; a column may be read as what it is not (--columns)"));
}

}  // namespace blindlink::agent
