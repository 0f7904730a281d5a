#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace blindlink {

// What stands beside a result file as FILE.manifest.json: where its rows are from and how to check
// that the file is whole. Format: docs/formats/result_files.md.
struct ResultManifest {
  std::string file;  // name without folder
  std::string kind;  // "match-pairs", "entity-map", "overlap"
  std::string project;
  std::string run;
  std::string plan_name;
  std::string plan_digest;                                    // hexadecimal
  std::vector<std::pair<std::string, std::string>> datasets;  // site, dataset
  std::vector<std::string> columns;
  uint64_t rows = 0;
  uint64_t bytes = 0;
  std::string sha256;  // hexadecimal, of the file as it is (compressed, if it is)
};

std::string ManifestJson(const ResultManifest& manifest);

}  // namespace blindlink
