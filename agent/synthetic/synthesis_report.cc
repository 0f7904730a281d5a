#include "agent/synthetic/synthesis_report.h"

#include "common/base/hex.h"
#include "common/base/json_writer.h"

namespace blindlink::agent {
namespace {

void WriteSpec(const SynthesisSpec& spec, JsonWriter* json) {
  json->Key("spec").BeginObject();
  json->Key("name").Text(spec.proto.name());
  json->Key("sha256").Text(HexEncode(AsView(spec.digest)));
  json->EndObject();
}

void WriteBudget(const SynthesisSpec& spec, const Budget& budget, JsonWriter* json) {
  json->Key("differentially_private").Bool(budget.is_private());
  if (!budget.is_private()) return;
  json->Key("budget").BeginObject();
  json->Key("unit").Text("one person added or removed");
  json->Key("epsilon").Number(spec.proto.epsilon());
  json->Key("delta").Number(spec.proto.delta());
  json->Key("rho").Number(budget.rho());
  json->Key("rho_spent").Number(budget.spent());
  json->Key("steps").BeginArray();
  for (const Budget::Step& step : budget.steps()) {
    json->BeginObject();
    json->Key("what").Text(step.what);
    json->Key("count").Number(step.count);
    json->Key("rho").Number(step.rho);
    if (step.variance > 0) json->Key("variance").Number(step.variance);
    json->EndObject();
  }
  json->EndArray().EndObject();
}

void WriteCloseness(const TableReport& table, JsonWriter* json) {
  const Closeness& closeness = table.closeness;
  json->Key("total_variation").BeginObject();
  json->Key("one_way").Number(closeness.one_way);
  json->Key("one_way_max").Number(closeness.one_way_max);
  json->Key("two_way").Number(closeness.two_way);
  json->Key("two_way_max").Number(closeness.two_way_max);
  json->Key("three_way").Number(closeness.three_way);
  json->Key("columns").BeginObject();
  for (size_t c = 0; c < closeness.columns.size(); ++c) {
    json->Key((*table.domains)[c].name()).Number(closeness.columns[c]);
  }
  json->EndObject().EndObject();
  json->Key("cramers_v_error").Number(closeness.cramers_v);
}

void WriteDistances(const char* key, const std::vector<uint64_t>& distances, JsonWriter* json) {
  json->Key(key).BeginArray();
  for (const uint64_t rows : distances) json->Number(rows);
  json->EndArray();
}

void WritePrivacy(const PrivacyCheck& check, JsonWriter* json) {
  json->Key("privacy").BeginObject();
  json->Key("rows_compared").Number(check.rows_compared);
  json->Key("equal_to_real").Number(check.equal_to_real);
  json->Key("equal_to_holdout").Number(check.equal_to_holdout);
  json->Key("nearer_to_real").Number(check.nearer_to_real);
  WriteDistances("distances_to_real", check.distances_to_real, json);
  WriteDistances("distances_to_holdout", check.distances_to_holdout, json);
  json->Key("attribute_disclosure").BeginArray();
  for (const PrivacyCheck::Attribute& attribute : check.attributes) {
    json->BeginObject();
    json->Key("column").Text(attribute.column);
    json->Key("right_for_real").Number(attribute.right_for_real);
    json->Key("right_for_holdout").Number(attribute.right_for_holdout);
    json->Key("most_frequent").Number(attribute.most_frequent);
    json->EndObject();
  }
  json->EndArray().EndObject();
}

}  // namespace

std::string ReportToJson(const SynthesisSpec& spec, const Budget& budget,
                         const std::vector<TableReport>& tables) {
  JsonWriter json;
  json.BeginObject();
  WriteSpec(spec, &json);
  WriteBudget(spec, budget, &json);
  json.Key("tables").BeginArray();
  for (const TableReport& table : tables) {
    json.BeginObject();
    json.Key("name").Text(table.name);
    json.Key("real_rows").Number(uint64_t{table.real->rows()});
    json.Key("synthetic_rows").Number(uint64_t{table.synthetic->rows()});
    WriteCloseness(table, &json);
    if (table.privacy) WritePrivacy(*table.privacy, &json);
    json.EndObject();
  }
  json.EndArray().EndObject();
  return json.Finish();
}

std::string SynthesisToJson(const SynthesisSpec& spec, const Budget& budget, uint64_t persons,
                            uint64_t visits) {
  JsonWriter json;
  json.BeginObject();
  json.Key("format").Number(uint64_t{1});
  json.Key("synthetic").Bool(true);
  WriteSpec(spec, &json);
  WriteBudget(spec, budget, &json);
  json.Key("persons").Number(persons);
  if (spec.proto.has_claims()) json.Key("visits").Number(visits);
  json.EndObject();
  return json.Finish();
}

}  // namespace blindlink::agent
