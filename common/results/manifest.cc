#include "common/results/manifest.h"

#include "common/results/json_writer.h"

namespace blindlink {

std::string ManifestJson(const ResultManifest& manifest) {
  JsonWriter json;
  json.BeginObject();
  json.Key("format_version").Number(uint64_t{1});
  json.Key("file").Text(manifest.file);
  json.Key("kind").Text(manifest.kind);
  json.Key("project").Text(manifest.project);
  json.Key("run").Text(manifest.run);
  json.Key("plan_name").Text(manifest.plan_name);
  json.Key("plan_digest").Text(manifest.plan_digest);
  json.Key("datasets").BeginArray();
  for (const auto& [site, dataset] : manifest.datasets) {
    json.BeginObject().Key("site").Text(site).Key("dataset").Text(dataset).EndObject();
  }
  json.EndArray();
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

}  // namespace blindlink
