#include "researcher/timeline/timeline_files.h"

#include <filesystem>
#include <utility>

#include "common/base/files.h"
#include "common/base/json_writer.h"
#include "common/base/status_macros.h"
#include "common/cli/version.h"
#include "researcher/timeline/event_rows.h"
#include "researcher/timeline/summary_json.h"
#include "researcher/timeline/summary_page.h"

namespace blindlink::researcher {
namespace {

constexpr int kPrivate = 0600;

std::string NameOfFile(const std::string& path) {
  return std::filesystem::path(path).filename().string();
}

void WriteInputs(const std::vector<Extract>& extracts, JsonWriter* json) {
  json->Key("extracts").BeginArray();
  for (const Extract& extract : extracts) {
    json->BeginObject().Key("site").Text(extract.site).Key("dataset").Text(extract.dataset);
    json->Key("product").Text(extract.product);
    json->Key("manifest_sha256").Text(extract.manifest_sha256).EndObject();
  }
  json->EndArray();
}

// The manifest of one of the two files.
std::string FileManifest(const std::string& kind, OutputFile* file, uint64_t rows,
                         const std::vector<Extract>& extracts, const TimelineOutcome& outcome) {
  JsonWriter json;
  json.BeginObject();
  json.Key("format_version").Number(uint64_t{1});
  json.Key("file").Text(NameOfFile(file->path()));
  json.Key("kind").Text(kind);
  json.Key("project").Text(outcome.project);
  json.Key("run").Text(outcome.run);
  json.Key("release_plan").BeginObject().Key("name").Text(outcome.plan_name);
  json.Key("version").Number(outcome.plan_version);
  json.Key("digest").Text(outcome.plan_digest).EndObject();
  json.Key("program").Text(Version());
  WriteInputs(extracts, &json);
  json.Key("rows").Number(rows);
  json.Key("bytes").Number(file->bytes());
  json.Key("sha256").Text(file->TakeDigest());
  json.EndObject();
  return json.Finish();
}

std::string ManifestPath(const OutputFile& file) { return file.path() + ".manifest.json"; }

}  // namespace

absl::StatusOr<std::unique_ptr<TimelineFiles>> TimelineFiles::Create(
    const TimelineRequest& request, const std::string& persons_header) {
  std::unique_ptr<TimelineFiles> files(new TimelineFiles(request));
  BL_ASSIGN_OR_RETURN(files->timeline_, OutputFile::Create(request.out_file));
  BL_ASSIGN_OR_RETURN(files->persons_, OutputFile::Create(request.persons_file));
  if (!request.sqlite_file.empty()) {
    BL_ASSIGN_OR_RETURN(files->sqlite_,
                        SqliteFile::Create(request.sqlite_file,
                                           {{"events", std::string(kTimelineHeader), kEventIndices},
                                            {"persons", persons_header, kPersonIndices}}));
  }
  std::string header(kTimelineHeader);
  if (IsCompressed(request.out_file)) {
    header.clear();
    FrameCompressor().Append(kTimelineHeader, &header);
  }
  BL_RETURN_IF_ERROR(files->timeline_->Append(header));
  BL_RETURN_IF_ERROR(files->persons_->AppendText(persons_header));
  return files;
}

absl::Status TimelineFiles::Append(const PartOutput& part) {
  BL_RETURN_IF_ERROR(timeline_->Append(part.timeline));
  BL_RETURN_IF_ERROR(persons_->AppendText(part.persons));
  if (sqlite_ == nullptr) return absl::OkStatus();
  BL_RETURN_IF_ERROR(sqlite_->Add(0, part.events));
  return sqlite_->Add(1, part.persons);
}

absl::Status TimelineFiles::Finish(const std::vector<Extract>& extracts,
                                   const TimelineOutcome& outcome) {
  BL_RETURN_IF_ERROR(timeline_->Flush());
  BL_RETURN_IF_ERROR(persons_->Flush());
  if (sqlite_ != nullptr) BL_RETURN_IF_ERROR(sqlite_->Finish());
  BL_RETURN_IF_ERROR(persons_->Finish());
  BL_RETURN_IF_ERROR(timeline_->Finish());
  if (!request_.json_file.empty()) {
    BL_RETURN_IF_ERROR(WriteFileAtomically(request_.json_file, SummaryJson(outcome), kPrivate));
  }
  if (!request_.page_file.empty()) {
    BL_RETURN_IF_ERROR(WriteFileAtomically(request_.page_file, SummaryPage(outcome), kPrivate));
  }
  BL_RETURN_IF_ERROR(WriteFileAtomically(
      ManifestPath(*persons_),
      FileManifest("timeline-persons", persons_.get(), outcome.summary.persons, extracts, outcome),
      kPrivate));
  return WriteFileAtomically(
      ManifestPath(*timeline_),
      FileManifest("timeline", timeline_.get(), outcome.rows, extracts, outcome), kPrivate);
}

}  // namespace blindlink::researcher
