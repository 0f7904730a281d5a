#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/bytes16.h"

namespace blindlink::agent {

// The seeds that the resolver gave a site's records after a run. The file, mode 0600, is kept at
// the site (docs/formats/site_files.md): a line that names project, run and the number of
// records, then for each record a line "record,seed", the record as 32 hexadecimal digits.
// Immutable; thread-safe.
class ShiftSeeds {
 public:
  struct Row {
    RecordPseudonym record;
    uint32_t seed;
  };
  static std::string Header(absl::string_view project, absl::string_view run, uint64_t records);
  static void AppendRow(const Row& row, std::string* out);

  // INVALID_ARGUMENT, with file and line, for what is no seed and for a record with two seeds.
  static absl::StatusOr<ShiftSeeds> Read(const std::string& path);

  // Nothing if the record was not part of the run.
  std::optional<uint32_t> Of(const RecordPseudonym& record) const;
  size_t size() const { return rows_.size(); }
  const std::string& project() const { return project_; }
  const std::string& run() const { return run_; }
  const std::vector<Row>& rows() const { return rows_; }  // ordered by record

 private:
  absl::Status TakeHeader(absl::string_view line);
  bool TakeRow(absl::string_view line);

  std::string project_;
  std::string run_;
  uint64_t promised_ = 0;
  std::vector<Row> rows_;
};

}  // namespace blindlink::agent
