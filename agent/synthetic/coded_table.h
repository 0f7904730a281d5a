#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "agent/synthetic/domain.h"

namespace blindlink::agent {

// A table as codes of its columns' domains.
struct CodedTable {
  std::vector<uint32_t> sizes;                 // of each column's domain
  std::vector<std::vector<uint16_t>> columns;  // columns[c][row] < sizes[c]

  size_t rows() const { return columns.empty() ? 0 : columns[0].size(); }
  // Without rows.
  static CodedTable For(const std::vector<Domain>& domains);
};

struct ReadTable {
  CodedTable table;
  char delimiter = ',';  // of the file
  uint64_t rejected_rows = 0;
  std::string rejects;            // counts by reason, for people; empty: none
  std::vector<std::string> keys;  // of the column `key`, if one was asked for
};

// Reads CSV, TSV or JSON Lines, plain, gzip or zstd. A column that the file does not have is an
// error (INVALID_ARGUMENT with the columns there are); malformed rows are counted and left out.
absl::StatusOr<ReadTable> ReadCodedTable(const std::string& path,
                                         const std::vector<Domain>& domains,
                                         const std::string& key = "");

// The id of a synthetic person: "S0000001" for row 0.
std::string SyntheticId(size_t row);

// Writes CSV with a header. Numbers are drawn from their bins. `domains` may be fewer than the
// table's columns. `with_ids`: a column local_id with the rows' synthetic ids comes first.
absl::Status WriteCodedTable(const std::string& path, const std::vector<Domain>& domains,
                             const CodedTable& table, char delimiter, bool with_ids,
                             RandomSource& random);

}  // namespace blindlink::agent
