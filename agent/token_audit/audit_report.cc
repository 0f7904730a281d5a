#include "agent/token_audit/audit_report.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "common/base/json_writer.h"

namespace blindlink::agent {
namespace {

double Share(uint64_t part, uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

std::string ChainTable(const AuditReport& report) {
  std::string text =
      absl::StrFormat("records joined into classes of one value\n%-32s %10s %10s %9s %10s %10s\n",
                      "by", "largest", "classes", "chained", "strangers", "of 1 in 100");
  for (const ChainAudit& way : report.findings.ways) {
    absl::StrAppendFormat(&text, "%-32s %10d %10d %8.2f%% %10.3f %10d\n", way.name,
                          way.largest_class, way.classes,
                          100 * Share(way.chained_records, report.findings.records),
                          way.mean_strangers, way.most_strangers);
  }
  absl::StrAppend(&text, "chained: the share of records in classes of more than ",
                  report.class_size, " records\n\n");
  return text;
}

std::string NamingTable(const AuditReport& report) {
  if (report.namings.empty()) return "";
  std::string text = absl::StrFormat(
      "records named rightly by the sizes of these classes\n%-32s %9s %9s %9s %9s %10s\n", "by",
      "named", "guessed", "classes", "purity", "strangers");
  for (const Naming& naming : report.namings) {
    absl::StrAppendFormat(&text, "%-32s %8.3f%% %8.3f%% %9d %9.3f %10.3f\n", naming.name,
                          100 * naming.ShareNamed(), 100 * naming.ShareGuessed(),
                          naming.classes_named, naming.purity, naming.strangers_of_commonest);
  }
  if (report.both.has_value()) {
    absl::StrAppendFormat(&text, "%-32s %8.3f%% %8.3f%%\n", "first name and surname",
                          100 * report.both->named, 100 * report.both->guessed);
  }
  return absl::StrCat(
      text,
      "guessed: by calling everybody by the commonest value; strangers: of a record "
      "of that value\n\n");
}

std::string KeyTable(const AuditReport& report) {
  std::string text = absl::StrFormat("%-24s %12s %12s %12s %9s\n", "match key", "tokens",
                                     "different", "most records", "in groups");
  for (const MatchKeyAudit& key : report.findings.match_keys) {
    absl::StrAppendFormat(&text, "%-24s %12d %12d %12d %8.2f%%\n", key.name, key.entries,
                          key.distinct, key.most_records,
                          100 * Share(key.in_large_groups, key.entries));
  }
  absl::StrAppend(&text, "in groups: the share of tokens that more than ", report.class_size,
                  " records have\n\n");
  return text;
}

void WriteWays(const AuditReport& report, JsonWriter* json) {
  json->Key("joined_by").BeginArray();
  for (const ChainAudit& way : report.findings.ways) {
    json->BeginObject().Key("by").Text(way.name).Key("largest_class").Number(way.largest_class);
    json->Key("classes").Number(way.classes).Key("chained_records").Number(way.chained_records);
    json->Key("mean_strangers").Number(way.mean_strangers);
    json->Key("most_strangers").Number(way.most_strangers).EndObject();
  }
  json->EndArray();
}

void WriteNamings(const AuditReport& report, JsonWriter* json) {
  json->Key("named_by").BeginArray();
  for (const Naming& naming : report.namings) {
    json->BeginObject().Key("by").Text(naming.name).Key("named").Number(naming.ShareNamed());
    json->Key("guessed").Number(naming.ShareGuessed());
    json->Key("classes_named").Number(uint64_t{naming.classes_named});
    json->Key("purity").Number(naming.purity);
    json->Key("strangers_of_commonest").Number(naming.strangers_of_commonest).EndObject();
  }
  json->EndArray();
  if (!report.both.has_value()) return;
  json->Key("first_name_and_surname").BeginObject().Key("named").Number(report.both->named);
  json->Key("guessed").Number(report.both->guessed).EndObject();
}

void WriteKeys(const AuditReport& report, JsonWriter* json) {
  json->Key("match_keys").BeginArray();
  for (const MatchKeyAudit& key : report.findings.match_keys) {
    json->BeginObject().Key("match_key").Text(key.name).Key("tokens").Number(key.entries);
    json->Key("different").Number(key.distinct).Key("most_records").Number(key.most_records);
    json->Key("in_large_groups").Number(key.in_large_groups).EndObject();
  }
  json->EndArray();
}

}  // namespace

std::string AuditToText(const AuditReport& report, const Plan& plan) {
  const TokenAuditFindings& found = report.findings;
  std::string text = absl::StrFormat("%s: %d records, %d tokens, plan %s\n\n", report.tokens,
                                     found.records, found.tokens, plan.proto().name());
  absl::StrAppend(&text, ChainTable(report), NamingTable(report), KeyTable(report));
  absl::StrAppendFormat(&text,
                        "unlike any other record in its number of tokens: %.2f%%; in the sizes of "
                        "the groups it is in: %.2f%%\n",
                        100 * Share(found.single_by_counts, found.records),
                        100 * Share(found.single_by_neighbourhood, found.records));
  if (report.exceeded.empty()) return text;
  return absl::StrCat(text, "\nabove the plan's thresholds:\n  ",
                      absl::StrJoin(report.exceeded, "\n  "), "\n");
}

std::string AuditToJson(const AuditReport& report, const Plan& plan) {
  JsonWriter json;
  json.BeginObject().Key("plan").Text(plan.proto().name());
  json.Key("records").Number(report.findings.records);
  json.Key("tokens").Number(report.findings.tokens);
  json.Key("class_size").Number(report.class_size);
  WriteWays(report, &json);
  WriteNamings(report, &json);
  WriteKeys(report, &json);
  json.Key("single_by_counts").Number(report.findings.single_by_counts);
  json.Key("single_by_neighbourhood").Number(report.findings.single_by_neighbourhood);
  json.Key("exceeded").BeginArray();
  for (const std::string& what : report.exceeded) json.Text(what);
  json.EndArray().EndObject();
  return json.Finish();
}

}  // namespace blindlink::agent
