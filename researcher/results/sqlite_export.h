#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

namespace blindlink::researcher {

struct SqliteExport {
  std::vector<std::pair<std::string, uint64_t>> tables;  // name, rows
  std::vector<std::string> warnings;                     // what speaks against the results
};

// Writes result files of one run (docs/formats/result_files.md, docs/formats/timeline.md), plain or
// compressed, as the tables of one SQLite database: match pairs as `pairs`, an entity map as
// `entities`, an overlap as `overlap`, a timeline as `events` and `persons`. Where they come from
// is in the table `sources`, a row for each file; what their run says against itself in `warnings`.
//
// Each file needs the manifest that was written beside it, and is compared with it before anything
// is written. INVALID_ARGUMENT: a file is damaged, of no such kind, or of a kind that another one
// has already; FAILED_PRECONDITION: the files are of different projects or runs, or there is no
// manifest. `out` appears only when it is whole. Errors otherwise as SqliteFile and
// common/base/files.h.
absl::StatusOr<SqliteExport> ExportToSqlite(const std::vector<std::string>& files,
                                            const std::string& out);

}  // namespace blindlink::researcher
