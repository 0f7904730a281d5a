#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

namespace blindlink::researcher {

// The quality that a run decided by score expects of itself, without any truth.
struct ExpectedQuality {
  double min_score = 0;  // the threshold that was used
  double matches = 0;    // pairs of one person among those that share a token
  double ppv = 0;
  double sensitivity = 0;  // of all pairs of one person
  std::vector<std::string> warnings = {};
  // Limits that are meant to hold the truth in 95 of 100 data sets. 0: of a release that had none.
  double ppv_low = 0;
  double ppv_high = 0;
  // All pairs of one person; of these, at least `unmet` share no token.
  double true_pairs = 0;
  double true_pairs_low = 0;
  double true_pairs_high = 0;
  double unmet = 0;
};

// The sizes of a run's entities, and how many pairs that would match were refused because their
// records are two entities.
struct EntityFacts {
  std::vector<std::pair<uint32_t, uint64_t>> sizes = {};  // records, entities; smallest first
  uint64_t refused_by_size = 0;
  uint64_t refused_as_weak = 0;
  uint64_t refused_by_statement = 0;
  // Match pairs below the threshold, whose records other pairs make one entity.
  uint64_t pairs_by_entity = 0;
};

// The rules by which a result was made and released, as a version that counts up in the project.
struct RulesFacts {
  uint32_t version = 0;
  std::string text = {};
  // The version of the newest result fetched before; 0: none was.
  uint32_t version_before = 0;
};

// The content of FILE.manifest.json next to a result file: where its rows come from and how to
// check that the file is complete. Format: docs/formats/result_files.md.
struct ResultManifest {
  std::string file;  // name without folder
  std::string kind;  // "match-pairs", "entity-map", "overlap"
  std::string project;
  std::string run;
  std::string run_started = {};  // "2026-03-14T09:00:00Z"; empty: not known
  std::string plan_name;
  std::string plan_digest;                                    // hexadecimal
  std::vector<std::pair<std::string, std::string>> datasets;  // site, dataset
  std::string grant = {};          // under which it was fetched; empty: none was needed
  std::string grant_expires = {};  // likewise, as run_started
  std::string note = {};           // what whoever uses the file should know; empty: nothing
  std::optional<RulesFacts> rules = {};
  std::optional<ExpectedQuality> expected = {};
  std::optional<EntityFacts> entities = {};
  std::vector<std::string> columns;
  uint64_t rows = 0;
  uint64_t bytes = 0;
  std::string sha256;  // hexadecimal, of the file as stored (compressed, if it is)
};

std::string ManifestJson(const ResultManifest& manifest);

// Reads a manifest except its columns. A missing key is left empty, so that manifests of other
// releases can be read. Errors as common/base/files.h; INVALID_ARGUMENT if it is not a manifest.
absl::StatusOr<ResultManifest> ReadManifest(const std::string& path);

}  // namespace blindlink::researcher
