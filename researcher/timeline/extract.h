#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "researcher/timeline/tables.h"

namespace blindlink::researcher {

// A table's file in an extract, as the manifest describes it.
struct ExtractFile {
  std::string path;  // with its folder
  uint64_t rows = 0;
  uint64_t bytes = 0;
  std::string sha256;  // hexadecimal
};

// A file that names and codes were made with: of disease names, of codes, or the code map.
struct DictionaryFile {
  std::string file;
  std::string sha256;  // hexadecimal
};

// One site's extract: the content of its manifest.json (docs/formats/extract.md).
struct Extract {
  std::string folder;
  std::string product;
  std::string project;
  std::string run;
  std::string site;
  std::string dataset;
  std::string plan_name;
  uint64_t plan_version = 0;
  std::string plan_digest;
  std::string key_id;
  uint64_t k = 0;  // of the release plan's targets; 0: not stated
  std::string manifest_sha256;
  std::vector<DictionaryFile> dictionaries;
  std::array<std::optional<ExtractFile>, kTables> files = {};

  uint64_t rows() const;
};

// Reads a folder's manifest. NOT_FOUND, with what to do, if there is none; INVALID_ARGUMENT if it
// is not a manifest of this format, has no digest of a plan or names a file that is not there.
absl::StatusOr<Extract> ReadExtract(const std::string& folder);

// Reads the manifests of all folders and checks that they belong together: one project, run,
// release plan and key, one extract a site. FAILED_PRECONDITION otherwise, naming the folders.
// Returns them in the order of their sites.
absl::StatusOr<std::vector<Extract>> ReadExtracts(const std::vector<std::string>& folders);

// A sentence for each site that made its names and codes with other dictionaries than the first
// site that released codes: they may not mean the same. Dictionaries are compared by their SHA-256,
// since sites may call one file differently.
std::vector<std::string> DictionaryWarnings(const std::vector<Extract>& extracts);

// Reads every file once and compares it with its manifest: INVALID_ARGUMENT if one is damaged, cut
// off or not the one that was released. `read(bytes)` is told the bytes read so far.
absl::Status CheckFiles(const std::vector<Extract>& extracts,
                        const std::function<void(uint64_t)>& read);

}  // namespace blindlink::researcher
