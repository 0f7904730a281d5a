#include "researcher/results/manifest.h"

#include <simdjson.h>

#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "common/base/json_writer.h"
#include "common/base/status_macros.h"
#include "common/cli/version.h"

namespace blindlink::researcher {
namespace {

void WriteExpected(const ExpectedQuality& expected, JsonWriter* json) {
  json->Key("expected").BeginObject();
  json->Key("min_score").Number(expected.min_score);
  json->Key("matches").Number(expected.matches);
  json->Key("ppv").Number(expected.ppv);
  json->Key("ppv_low").Number(expected.ppv_low);
  json->Key("ppv_high").Number(expected.ppv_high);
  json->Key("true_pairs").Number(expected.true_pairs);
  json->Key("true_pairs_low").Number(expected.true_pairs_low);
  json->Key("true_pairs_high").Number(expected.true_pairs_high);
  json->Key("unmet").Number(expected.unmet);
  json->Key("sensitivity").Number(expected.sensitivity);
  json->Key("warnings").BeginArray();
  for (const std::string& warning : expected.warnings) json->Text(warning);
  json->EndArray().EndObject();
}

void WriteRules(const RulesFacts& rules, JsonWriter* json) {
  json->Key("rules").BeginObject();
  json->Key("version").Number(uint64_t{rules.version});
  json->Key("text").Text(rules.text);
  if (rules.version_before > 0) {
    json->Key("version_before").Number(uint64_t{rules.version_before});
    json->Key("changed").Bool(rules.version != rules.version_before);
  }
  json->EndObject();
}

void WriteEntities(const EntityFacts& entities, JsonWriter* json) {
  json->Key("entities").BeginObject().Key("sizes").BeginArray();
  for (const auto& [records, count] : entities.sizes) {
    json->BeginObject().Key("records").Number(uint64_t{records});
    json->Key("entities").Number(count).EndObject();
  }
  json->EndArray();
  json->Key("largest").Number(uint64_t{entities.sizes.empty() ? 0 : entities.sizes.back().first});
  json->Key("refused_by_size").Number(entities.refused_by_size);
  json->Key("refused_as_weak").Number(entities.refused_as_weak);
  json->Key("refused_by_statement").Number(entities.refused_by_statement);
  json->Key("pairs_by_entity").Number(entities.pairs_by_entity).EndObject();
}

std::string TextOf(const simdjson::dom::element& parent, const char* key) {
  std::string_view text;
  return parent[key].get(text) == simdjson::SUCCESS ? std::string(text) : std::string();
}

uint64_t CountOf(const simdjson::dom::element& parent, const char* key) {
  uint64_t count = 0;
  return parent[key].get(count) == simdjson::SUCCESS ? count : 0;
}

double NumberOf(const simdjson::dom::element& parent, const char* key) {
  double number = 0;
  return parent[key].get(number) == simdjson::SUCCESS ? number : 0;
}

ExpectedQuality ExpectedOf(const simdjson::dom::element& from) {
  ExpectedQuality expected{NumberOf(from, "min_score"), NumberOf(from, "matches"),
                           NumberOf(from, "ppv"), NumberOf(from, "sensitivity")};
  expected.ppv_low = NumberOf(from, "ppv_low");
  expected.ppv_high = NumberOf(from, "ppv_high");
  expected.true_pairs = NumberOf(from, "true_pairs");
  expected.true_pairs_low = NumberOf(from, "true_pairs_low");
  expected.true_pairs_high = NumberOf(from, "true_pairs_high");
  expected.unmet = NumberOf(from, "unmet");
  simdjson::dom::array warnings;
  if (from["warnings"].get(warnings) != simdjson::SUCCESS) return expected;
  for (const simdjson::dom::element warning : warnings) {
    std::string_view text;
    if (warning.get(text) == simdjson::SUCCESS) expected.warnings.emplace_back(text);
  }
  return expected;
}

EntityFacts EntitiesOf(const simdjson::dom::element& from) {
  EntityFacts entities;
  entities.refused_by_size = CountOf(from, "refused_by_size");
  entities.refused_as_weak = CountOf(from, "refused_as_weak");
  entities.refused_by_statement = CountOf(from, "refused_by_statement");
  entities.pairs_by_entity = CountOf(from, "pairs_by_entity");
  simdjson::dom::array sizes;
  if (from["sizes"].get(sizes) != simdjson::SUCCESS) return entities;
  for (const simdjson::dom::element size : sizes) {
    entities.sizes.emplace_back(static_cast<uint32_t>(CountOf(size, "records")),
                                CountOf(size, "entities"));
  }
  return entities;
}

}  // namespace

std::string ManifestJson(const ResultManifest& manifest) {
  JsonWriter json;
  json.BeginObject();
  json.Key("format_version").Number(uint64_t{1});
  json.Key("program").Text(ProgramAndVersion("blindlink-researcher"));
  json.Key("file").Text(manifest.file);
  json.Key("kind").Text(manifest.kind);
  json.Key("project").Text(manifest.project);
  json.Key("run").Text(manifest.run);
  if (!manifest.run_started.empty()) json.Key("run_started").Text(manifest.run_started);
  json.Key("plan_name").Text(manifest.plan_name);
  json.Key("plan_digest").Text(manifest.plan_digest);
  json.Key("datasets").BeginArray();
  for (const auto& [site, dataset] : manifest.datasets) {
    json.BeginObject().Key("site").Text(site).Key("dataset").Text(dataset).EndObject();
  }
  json.EndArray();
  if (!manifest.grant.empty()) {
    json.Key("grant").Text(manifest.grant).Key("grant_expires").Text(manifest.grant_expires);
  }
  if (!manifest.note.empty()) json.Key("note").Text(manifest.note);
  if (manifest.rules.has_value()) WriteRules(*manifest.rules, &json);
  if (manifest.expected.has_value()) WriteExpected(*manifest.expected, &json);
  if (manifest.entities.has_value()) WriteEntities(*manifest.entities, &json);
  json.Key("columns").BeginArray();
  for (const std::string& column : manifest.columns) json.Text(column);
  json.EndArray();
  json.Key("rows").Number(manifest.rows);
  if (manifest.rows > 0) {
    json.Key("first_row").Number(uint64_t{0});
    json.Key("last_row").Number(manifest.rows - 1);
  }
  json.Key("bytes").Number(manifest.bytes);
  json.Key("sha256").Text(manifest.sha256);
  json.EndObject();
  return json.Finish();
}

absl::StatusOr<ResultManifest> ReadManifest(const std::string& path) {
  BL_ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  simdjson::dom::parser parser;
  simdjson::dom::element json;
  ResultManifest manifest;
  if (parser.parse(text).get(json) == simdjson::SUCCESS) manifest.kind = TextOf(json, "kind");
  if (manifest.kind.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, " is not the manifest of a result file: it has no \"kind\""));
  }
  manifest.file = TextOf(json, "file");
  manifest.project = TextOf(json, "project");
  manifest.run = TextOf(json, "run");
  manifest.run_started = TextOf(json, "run_started");
  manifest.grant = TextOf(json, "grant");
  manifest.note = TextOf(json, "note");
  manifest.grant_expires = TextOf(json, "grant_expires");
  manifest.plan_name = TextOf(json, "plan_name");
  manifest.plan_digest = TextOf(json, "plan_digest");
  simdjson::dom::array datasets;
  if (json["datasets"].get(datasets) == simdjson::SUCCESS) {
    for (const simdjson::dom::element dataset : datasets) {
      manifest.datasets.emplace_back(TextOf(dataset, "site"), TextOf(dataset, "dataset"));
    }
  }
  simdjson::dom::element expected;
  if (json["expected"].get(expected) == simdjson::SUCCESS) manifest.expected = ExpectedOf(expected);
  simdjson::dom::element entities;
  if (json["entities"].get(entities) == simdjson::SUCCESS) manifest.entities = EntitiesOf(entities);
  manifest.rows = CountOf(json, "rows");
  manifest.bytes = CountOf(json, "bytes");
  manifest.sha256 = TextOf(json, "sha256");
  return manifest;
}

}  // namespace blindlink::researcher
