#include "researcher/timeline/summary_json.h"

#include "common/base/json_writer.h"
#include "researcher/timeline/small_cells.h"
#include "researcher/timeline/summary_lists.h"

namespace blindlink::researcher {
namespace {

constexpr size_t kMostListed = 100;

void WriteCount(absl::string_view key, uint64_t count, Shown shown, JsonWriter* json) {
  json->Key(key);
  if (shown == Shown::kYes) {
    json->Number(count);
  } else {
    json->Null();
  }
}

void WriteCount(absl::string_view key, uint64_t count, JsonWriter* json) {
  WriteCount(key, count, IsSmall(count) ? Shown::kSmall : Shown::kYes, json);
}

void WriteCounts(const PersonsAndEvents& counts, JsonWriter* json) {
  WriteCount("persons", counts.persons, json);
  // The events of few persons are not shown either.
  WriteCount("events", counts.events, IsSmall(counts.persons) ? Shown::kWithheld : Shown::kYes,
             json);
}

void WritePersons(const TimelineSummary& summary, JsonWriter* json) {
  json->Key("persons").BeginObject();
  WriteCount("all", summary.persons, json);
  const std::vector<NamedCount> groups = PersonGroups(summary);
  const absl::string_view keys[] = {"with_care", "enrolled_only", "without_events"};
  for (size_t i = 0; i < groups.size(); ++i) {
    WriteCount(keys[i], groups[i].count, groups[i].shown, json);
  }
  json->Key("by_sites").BeginArray();
  for (const NamedCount& entry : PersonsBySites(summary)) {
    json->BeginObject().Key("sites").Text(entry.name);
    WriteCount("persons", entry.count, entry.shown, json);
    json->EndObject();
  }
  json->EndArray().EndObject();
}

void WriteSites(const TimelineOutcome& outcome, JsonWriter* json) {
  json->Key("sites").BeginArray();
  for (size_t i = 0; i < outcome.site_names.size(); ++i) {
    const SiteSummary& site = outcome.summary.sites[i];
    json->BeginObject().Key("site").Text(outcome.site_names[i]);
    WriteCount("persons", site.persons, json);
    WriteCount("events", site.events, json);
    WriteCount("visits", site.visits, json);
    WriteCount("copies", site.copies, json);
    json->EndObject();
  }
  json->EndArray().Key("overlap").BeginArray();
  for (const auto& [pair, persons] : outcome.summary.persons_at_both) {
    json->BeginObject().Key("left").Text(outcome.site_names[pair.first]);
    json->Key("right").Text(outcome.site_names[pair.second]);
    WriteCount("persons", persons, json);
    json->EndObject();
  }
  json->EndArray();
}

void WriteKinds(const TimelineSummary& summary, JsonWriter* json) {
  json->Key("kinds").BeginObject();
  for (size_t i = 0; i < kEventKinds; ++i) {
    json->Key(NameOf(static_cast<EventKind>(i))).BeginObject();
    WriteCounts(summary.kinds[i], json);
    json->EndObject();
  }
  json->EndObject().Key("years").BeginObject();
  for (const auto& [year, counts] : summary.years) {
    json->Key(year).BeginObject();
    WriteCounts(counts, json);
    json->EndObject();
  }
  json->EndObject();
}

void WriteFrequent(const TimelineSummary& summary, JsonWriter* json) {
  json->Key("codes").BeginArray();
  for (const auto& [key, counts] : MostFrequent(summary.codes, kMostListed)) {
    RawRow row;
    row.Split(key);
    json->BeginObject().Key("code_system").Text(Unquoted(row[0]));
    json->Key("code").Text(Unquoted(row[1]));
    WriteCounts(counts, json);
    json->EndObject();
  }
  json->EndArray().Key("diseases").BeginArray();
  for (const auto& [name, counts] : MostFrequent(summary.names, kMostListed)) {
    json->BeginObject().Key("name").Text(Unquoted(name));
    WriteCounts(counts, json);
    json->EndObject();
  }
  json->EndArray();
}

void WriteRisk(const TimelineOutcome& outcome, JsonWriter* json) {
  const JoinedRisk& risk = outcome.risk;
  json->Key("risk").BeginObject().Key("k").Number(risk.k);
  json->Key("quasi_identifiers").BeginArray();
  for (const std::string& name : outcome.quasi_identifiers) json->Text(name);
  json->EndArray().Key("persons").Number(risk.persons).Key("groups").Number(risk.groups);
  json->Key("smallest_group").Number(risk.smallest);
  json->Key("groups_below_k").Number(risk.groups_below);
  json->Key("persons_below_k").Number(risk.persons_below).EndObject();
}

}  // namespace

std::string SummaryJson(const TimelineOutcome& outcome) {
  const TimelineSummary& summary = outcome.summary;
  JsonWriter json;
  json.BeginObject().Key("format_version").Number(uint64_t{1});
  json.Key("project").Text(outcome.project).Key("run").Text(outcome.run);
  json.Key("release_plan").BeginObject().Key("name").Text(outcome.plan_name);
  json.Key("version").Number(outcome.plan_version);
  json.Key("digest").Text(outcome.plan_digest).EndObject();
  json.Key("rows").Number(outcome.rows).Key("records").Number(summary.records);
  WriteCount("unlinked_records", outcome.unlinked, &json);
  WritePersons(summary, &json);
  WriteSites(outcome, &json);
  WriteKinds(summary, &json);
  json.Key("copies").BeginObject();
  WriteCount("by_receipt", summary.copies.by_receipt, &json);
  WriteCount("by_content", summary.copies.by_content, &json);
  json.EndObject();
  WriteFrequent(summary, &json);
  WriteRisk(outcome, &json);
  json.Key("warnings").BeginArray();
  for (const std::string& warning : outcome.warnings) json.Text(warning);
  json.EndArray().EndObject();
  return json.Finish();
}

}  // namespace blindlink::researcher
