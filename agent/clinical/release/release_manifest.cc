#include "agent/clinical/release/release_manifest.h"

#include <cmath>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/base/json_writer.h"
#include "common/cli/version.h"

namespace blindlink::agent {
namespace {

void AddFiles(absl::string_view key, const std::vector<DigestedFile>& files, JsonWriter* json) {
  json->Key(key).BeginArray();
  for (const DigestedFile& file : files) {
    json->BeginObject().Key("file").Text(file.file).Key("sha256").Text(file.sha256).EndObject();
  }
  json->EndArray();
}

void AddSteps(const std::vector<ReleaseStep>& steps, uint32_t min_cell, JsonWriter* json) {
  json->Key("steps").BeginArray();
  for (const ReleaseStep& step : steps) {
    json->BeginObject().Key("what").Text(step.what);
    for (const auto& [name, count] : step.counts) {
      json->Key(name);
      if (count > 0 && count < min_cell) {
        json->Null();
      } else {
        json->Number(count);
      }
    }
    json->EndObject();
  }
  json->EndArray();
}

double Rounded(double share) { return std::round(1e4 * share) / 1e4; }

void AddUtility(const ReleaseManifest& manifest, const v1::DataProduct& product, uint32_t min_cell,
                JsonWriter* json) {
  json->Key("utility").BeginObject().Key("codes").BeginArray();
  for (const CodeUtility& of : manifest.codes) {
    if (of.persons < min_cell) continue;
    json->BeginObject().Key("code_system").Text(of.system);
    json->Key("entropy_kept").Number(Rounded(of.EntropyKept()));
    json->Key("non_uniform_entropy_kept").Number(Rounded(of.non_uniform_kept));
    json->Key("codes").Number(of.codes).Key("codes_kept").Number(of.kept_codes).EndObject();
  }
  json->EndArray();
  AddCare(manifest.care, product, json);
  json->EndObject();
}

void AddTables(const std::vector<WrittenTable>& tables, JsonWriter* json) {
  json->Key("files").BeginArray();
  for (const WrittenTable& table : tables) {
    json->BeginObject().Key("file").Text(table.file).Key("table").Text(table.table);
    json->Key("rows").Number(table.rows).Key("bytes").Number(table.bytes);
    json->Key("sha256").Text(table.sha256).EndObject();
  }
  json->EndArray();
}

}  // namespace

std::string ManifestJson(const ReleaseManifest& manifest, const v1::DataProduct& product,
                         const std::vector<WrittenTable>& tables, uint32_t min_cell) {
  JsonWriter json;
  json.BeginObject().Key("format").Number(uint64_t{1});
  json.Key("product").Text(product.name());
  json.Key("level").Text(absl::AsciiStrToLower(v1::GrantLevel_Name(product.level())));
  json.Key("project").Text(manifest.project).Key("run").Text(manifest.run);
  json.Key("site").Text(manifest.site).Key("dataset").Text(manifest.dataset);
  json.Key("plan").BeginObject().Key("name").Text(manifest.plan_name);
  json.Key("version").Number(uint64_t{manifest.plan_version});
  json.Key("digest").Text(manifest.plan_digest);
  json.Key("k").Number(uint64_t{manifest.k}).EndObject();
  json.Key("program").Text(Version()).Key("key_id").Text(manifest.key_id);
  AddFiles("inputs", manifest.inputs, &json);
  AddFiles("dictionaries", manifest.dictionaries, &json);
  AddFiles("hierarchies", manifest.hierarchies, &json);
  AddSteps(manifest.steps, min_cell, &json);
  AddUtility(manifest, product, min_cell, &json);
  AddTables(tables, &json);
  return json.EndObject().Finish();
}

std::string StepsText(const std::vector<ReleaseStep>& steps) {
  std::string text;
  for (const ReleaseStep& step : steps) {
    absl::StrAppend(&text, step.what, "\n");
    for (const auto& [name, count] : step.counts) {
      if (count > 0) absl::StrAppend(&text, "  ", name, ": ", count, "\n");
    }
  }
  return text;
}

}  // namespace blindlink::agent
