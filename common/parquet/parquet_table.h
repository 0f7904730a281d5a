#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/parquet/column_reader.h"
#include "common/parquet/file_metadata.h"
#include "common/parquet/random_access.h"

namespace blindlink {

// Whether a file of which these are the first eight bytes begins as Parquet does. Thread-safe.
bool IsParquet(absl::string_view head);

// Reads a file in Apache Parquet (format 2) row by row, its values as texts (value_text.h). Columns
// that hold lists, and values that have no text, are left out; fields of structures are columns. Of
// each column one page is in memory. Reads Snappy, gzip, zstd, LZ4_RAW; plain values, dictionaries,
// RLE and the three DELTA encodings. Not thread-safe.
class ParquetTable {
 public:
  // `name`: of the file, for messages. INVALID_ARGUMENT, with what to do, if it cannot be read.
  static absl::StatusOr<std::unique_ptr<ParquetTable>> Open(std::unique_ptr<RandomAccess> file,
                                                            std::string name);

  std::vector<std::string> columns() const;
  // The columns that are left out, each with the reason.
  const std::vector<std::string>& not_read() const { return metadata_.not_read; }
  // The columns of points in time. Their days are those of UTC, which elsewhere may be others.
  std::vector<std::string> instants() const;
  uint64_t rows() const { return metadata_.rows; }
  uint64_t rows_read() const { return rows_read_; }

  // Replaces `texts` with the next row, one text for each column; false after the last.
  // INVALID_ARGUMENT names the file, the column and the first row that cannot be read.
  absl::StatusOr<bool> Next(std::vector<std::string>* texts);

 private:
  ParquetTable(std::unique_ptr<RandomAccess> file, std::string name, FileMetadata metadata);

  const std::unique_ptr<RandomAccess> file_;
  const std::string name_;
  const FileMetadata metadata_;
  std::vector<ColumnReader> readers_;  // of the row group
  size_t next_group_ = 0;
  uint64_t left_in_group_ = 0;
  uint64_t rows_read_ = 0;
};

}  // namespace blindlink
