#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "agent/clinical/codes/code_utility.h"
#include "agent/clinical/release/care_change.h"
#include "agent/clinical/release/extract_writer.h"
#include "blindlink/v1/release_plan.pb.h"

namespace blindlink::agent {

struct DigestedFile {
  std::string file;  // without folder
  std::string sha256;
};

// What was done to the data, in words, with how many rows or persons it concerned.
struct ReleaseStep {
  std::string what;
  std::vector<std::pair<std::string, uint64_t>> counts;
};

// Where an extract comes from and how it was made (docs/formats/extract.md).
struct ReleaseManifest {
  std::string project;
  std::string run;  // empty: released alone, without a linkage run
  std::string site;
  std::string dataset;
  std::string plan_name;
  uint32_t plan_version = 0;
  std::string plan_digest;
  uint32_t k = 0;
  std::string key_id;  // hexadecimal
  std::vector<DigestedFile> inputs;
  std::vector<DigestedFile> dictionaries;
  std::vector<DigestedFile> hierarchies;
  std::vector<ReleaseStep> steps;
  std::vector<CodeUtility> codes;
  CareChange care;
};

// The content of manifest.json. Counts of steps from 1 to `min_cell` - 1 are null, and systems of
// codes that fewer persons have are left out.
std::string ManifestJson(const ReleaseManifest& manifest, const v1::DataProduct& product,
                         const std::vector<WrittenTable>& tables, uint32_t min_cell);

// The same steps with every count, for the site.
std::string StepsText(const std::vector<ReleaseStep>& steps);

}  // namespace blindlink::agent
