#include "agent/commands/site_status.h"

#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "agent/commands/parties_text.h"
#include "common/access/grant_text.h"
#include "common/base/json_writer.h"
#include "common/base/status_macros.h"
#include "common/csv/csv_reader.h"
#include "common/drift/drift_text.h"

namespace blindlink::agent {
namespace {

constexpr int64_t kSecondsPerDay = 86400;
constexpr int64_t kDaysToRenew = 30;

int64_t DaysLeft(const SiteStatus& status, int64_t now) {
  return (status.certificate_not_after - now) / kSecondsPerDay;
}

void AppendRejects(const SiteStatus::Dataset& dataset, std::string* out) {
  if (dataset.rejects.empty()) return;
  absl::StrAppendFormat(out, "\nnot used or doubtful in %s:\n", dataset.info.manifest().dataset());
  for (const auto& [where, count] : dataset.rejects) {
    absl::StrAppendFormat(out, "%12d  %s: %s\n", count, where.first.empty() ? "row" : where.first,
                          where.second);
  }
}

void WriteDrift(const v1::DatasetDrift& drift, JsonWriter* json) {
  json->Key("drift").BeginObject().Key("compared_with").BeginArray();
  for (const std::string& dataset : drift.compared_with()) json->Text(dataset);
  json->EndArray().Key("not_compared").Text(drift.not_compared());
  json->Key("findings").BeginArray();
  for (const v1::DriftFinding& finding : drift.findings()) {
    json->BeginObject().Key("measure").Text(v1::DriftMeasure_Name(finding.measure()));
    json->Key("subject").Text(finding.subject()).Key("before").Number(finding.before());
    json->Key("now").Number(finding.now()).Key("chance").Number(finding.chance()).EndObject();
  }
  json->EndArray().EndObject();
}

void AppendNotes(const SiteStatus::Dataset& dataset, std::string* out) {
  const std::string notes = NotesText(dataset.info);
  if (notes.empty()) return;
  absl::StrAppend(out, "\n", dataset.info.manifest().dataset(),
                  " is not like what this site has sent before (docs/drift.md):\n", notes);
}

void WriteDataset(const SiteStatus::Dataset& dataset, JsonWriter* json) {
  const v1::UploadInfo& info = dataset.info;
  json->BeginObject().Key("dataset").Text(info.manifest().dataset());
  json->Key("state").Text(v1::UploadState_Name(info.state()));
  json->Key("records").Number(uint64_t{info.records()});
  json->Key("rows").Number(uint64_t{info.counts().rows()});
  json->Key("rejected_rows").Number(uint64_t{info.counts().rejected_rows()});
  json->Key("tokens").Number(uint64_t{info.tokens()});
  json->Key("tokens_ingested").Number(uint64_t{info.tokens_ingested()});
  json->Key("blocks").Number(uint64_t{info.blocks()}).Key("failure").Text(info.failure());
  json->Key("ends_unix_seconds").Number(static_cast<uint64_t>(info.end_unix_seconds()));
  json->Key("committed_unix_seconds").Number(static_cast<uint64_t>(info.commit_unix_seconds()));
  WriteDrift(info.drift(), json);
  json->Key("rejects").BeginArray();
  for (const auto& [where, count] : dataset.rejects) {
    json->BeginObject().Key("column").Text(where.first).Key("reason").Text(where.second);
    json->Key("count").Number(count).EndObject();
  }
  json->EndArray().EndObject();
}

}  // namespace

absl::StatusOr<SiteStatus::Rejects> CountRejects(const std::string& file) {
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<CsvReader> reader, CsvReader::Open(file));
  BL_ASSIGN_OR_RETURN(const std::vector<size_t> columns, reader->ColumnsOf({"column", "reason"}));
  SiteStatus::Rejects rejects;
  while (true) {
    BL_ASSIGN_OR_RETURN(const bool more, reader->Next());
    if (!more) return rejects;
    ++rejects[{reader->fields()[columns[0]], reader->fields()[columns[1]]}];
  }
}

std::string SiteStatusToText(const SiteStatus& status, int64_t now) {
  std::string out =
      absl::StrFormat("%-24s %-14s %-20s %12s %14s %14s %9s %9s  %s\n", "dataset", "state",
                      "committed", "records", "tokens", "ingested", "blocks", "rejected", "ends");
  for (const SiteStatus::Dataset& dataset : status.datasets) {
    const v1::UploadInfo& info = dataset.info;
    absl::StrAppendFormat(
        &out, "%-24s %-14s %-20s %12d %14d %14d %9d %9d  %-20s  %s\n", info.manifest().dataset(),
        v1::UploadState_Name(info.state()), CommitTimeText(info), info.records(), info.tokens(),
        info.tokens_ingested(), info.blocks(), info.counts().rejected_rows(),
        info.end_unix_seconds() > 0 ? TimeText(info.end_unix_seconds()) : "", info.failure());
  }
  for (const SiteStatus::Dataset& dataset : status.datasets) AppendNotes(dataset, &out);
  for (const SiteStatus::Dataset& dataset : status.datasets) AppendRejects(dataset, &out);
  absl::StrAppend(&out, "\n", PartiesText(status.project, status.newest_commit));
  absl::StrAppendFormat(&out, "receipts     %d, in an audit log of %d entries\n", status.receipts,
                        status.audit_entries_seen);
  const int64_t days = DaysLeft(status, now);
  absl::StrAppendFormat(&out, "certificate  ends in %d days%s\n", days,
                        days < kDaysToRenew ? ": have a new one issued" : "");
  return out;
}

std::string SiteStatusToJson(const SiteStatus& status, int64_t now) {
  JsonWriter json;
  json.BeginObject().Key("datasets").BeginArray();
  for (const SiteStatus::Dataset& dataset : status.datasets) WriteDataset(dataset, &json);
  json.EndArray().Key("sites").BeginArray();
  for (const std::string& site : status.project.sites()) json.Text(site);
  json.EndArray().Key("researchers").BeginArray();
  for (const std::string& researcher : status.project.researchers()) json.Text(researcher);
  json.EndArray().Key("joined").BeginArray();
  for (const v1::JoinedParty& joined : status.project.joined()) {
    json.BeginObject().Key("site").Text(joined.site()).Key("researcher").Text(joined.researcher());
    json.Key("unix_seconds").Number(static_cast<uint64_t>(joined.unix_seconds())).EndObject();
  }
  json.EndArray().Key("receipts").Number(status.receipts);
  json.Key("audit_entries_seen").Number(status.audit_entries_seen);
  json.Key("certificate_days_left").Number(static_cast<double>(DaysLeft(status, now)));
  json.EndObject();
  return json.Finish();
}

}  // namespace blindlink::agent
