#include "absl/strings/str_cat.h"
#include "agent/risk/risk_report.h"
#include "common/base/json_writer.h"

namespace blindlink::agent {
namespace {

void WriteAttacker(const AttackerRisk& risk, JsonWriter* json) {
  json->BeginObject().Key("highest").Number(risk.highest).Key("average").Number(risk.average);
  json->Key("share_of_rows_above").BeginObject();
  for (size_t i = 0; i < kRiskThresholds.size(); ++i) {
    json->Key(absl::StrCat(kRiskThresholds[i])).Number(risk.share_above[i]);
  }
  json->EndObject().EndObject();
}

void WriteSensitive(const std::vector<SensitiveFigures>& columns, JsonWriter* json) {
  json->Key("sensitive").BeginArray();
  for (const SensitiveFigures& figures : columns) {
    json->BeginObject().Key("column").Text(figures.column);
    json->Key("least_distinct").Number(uint64_t{figures.least_distinct});
    json->Key("least_entropy").Number(figures.least_entropy);
    json->Key("largest_distance").Number(figures.largest_distance).EndObject();
  }
  json->EndArray();
}

void WriteRisk(const TableRisk& risk, uint32_t k, JsonWriter* json) {
  json->BeginObject().Key("rows").Number(risk.rows).Key("suppressed").Number(risk.suppressed);
  json->Key("groups").Number(risk.groups);
  json->Key("smallest_group").Number(uint64_t{risk.smallest_group});
  json->Key("average_group").Number(risk.average_group);
  json->Key("unique_rows").Number(risk.unique_rows);
  json->Key("rows_below_5").Number(risk.RowsBelow(5));
  json->Key("rows_below_k").Number(risk.RowsBelow(k));
  json->Key("prosecutor");
  WriteAttacker(risk.prosecutor, json);
  json->Key("journalist");
  WriteAttacker(risk.journalist, json);
  json->Key("marketer").Number(risk.marketer);
  json->Key("sampling_fraction").Number(risk.sampling_fraction);
  json->Key("population_uniques").BeginObject();
  json->Key("estimate").Number(risk.population_uniques.uniques);
  json->Key("by").Text(risk.population_uniques.by).EndObject();
  WriteSensitive(risk.sensitive, json);
  json->EndObject();
}

void WriteLoss(const TableLoss& loss, JsonWriter* json) {
  json->BeginObject().Key("granularity").Number(loss.granularity);
  json->Key("entropy_kept").Number(loss.entropy_kept);
  json->Key("discernibility").Number(loss.discernibility).Key("columns").BeginArray();
  for (const ColumnLoss& column : loss.columns) {
    json->BeginObject().Key("column").Text(column.column);
    json->Key("granularity").Number(column.granularity);
    json->Key("entropy_kept").Number(column.entropy_kept).Key("cells_by_steps").BeginArray();
    for (const uint64_t cells : column.cells_by_steps) json->Number(cells);
    json->EndArray().EndObject();
  }
  json->EndArray().EndObject();
}

void WriteTargets(const v1::PrivacyTargets& targets, JsonWriter* json) {
  json->Key("targets").BeginObject().Key("k").Number(uint64_t{targets.k()});
  json->Key("max_suppressed").Number(targets.max_suppressed());
  json->Key("max_risk").Number(targets.max_risk());
  json->Key("population").Number(uint64_t{targets.population()}).EndObject();
}

}  // namespace

std::string RiskReportToJson(const RiskReport& report) {
  JsonWriter json;
  json.BeginObject().Key("format").Number(uint64_t{1}).Key("table").Text(report.table);
  json.Key("plan").BeginObject().Key("name").Text(report.plan.name());
  json.Key("version").Number(uint64_t{report.plan.version()});
  json.Key("digest").Text(report.plan_digest).EndObject();
  WriteTargets(report.plan.targets(), &json);
  json.Key("within_targets").Bool(report.above_targets.empty());
  json.Key("above_targets").BeginArray();
  for (const std::string& sentence : report.above_targets) json.Text(sentence);
  json.EndArray();
  if (!report.method.empty()) json.Key("method").Text(report.method);
  json.Key("dropped_columns").BeginArray();
  for (const std::string& column : report.dropped_columns) json.Text(column);
  json.EndArray();
  const uint32_t k = report.plan.targets().k();
  if (report.before.has_value()) {
    json.Key("original");
    WriteRisk(*report.before, k, &json);
  }
  json.Key("risk");
  WriteRisk(report.after, k, &json);
  if (report.loss.has_value()) {
    json.Key("loss");
    WriteLoss(*report.loss, &json);
  }
  if (report.across.has_value()) {
    json.Key("with_earlier_release").BeginObject().Key("rows").Number(report.across->rows);
    json.Key("smallest_group").Number(uint64_t{report.across->smallest_group});
    json.Key("rows_below_k").Number(report.across->rows_below_k).EndObject();
  }
  return json.EndObject().Finish();
}

}  // namespace blindlink::agent
