#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace blindlink {

// What the end of a Parquet file says of it (apache/parquet-format, parquet.thrift), as far as rows
// of texts need it.

// Numbered as in the format.
enum class PhysicalType {
  kBoolean = 0,
  kInt32 = 1,
  kInt64 = 2,
  kInt96 = 3,
  kFloat = 4,
  kDouble = 5,
  kByteArray = 6,
  kFixedLengthByteArray = 7,
};

// What the values of a column mean.
struct ValueType {
  enum class Kind {
    kPlain,  // text, or a number with its sign
    kUnsigned,
    kDate,
    kTimeOfDay,
    kTimestamp,
    kDecimal,
    kUuid,
  };
  PhysicalType physical = PhysicalType::kByteArray;
  Kind kind = Kind::kPlain;
  int length = 0;                    // kFixedLengthByteArray: bytes of a value, at least 1
  int scale = 0;                     // kDecimal: digits after the point
  int64_t units_per_second = 1'000;  // kTimeOfDay, kTimestamp: 10^3, 10^6 or 10^9
  bool is_instant = false;           // kTimestamp: of a point in time, not of a wall clock
};

// Numbered as in the format.
enum class Codec {
  kUncompressed = 0,
  kSnappy = 1,
  kGzip = 2,
  kLzo = 3,
  kBrotli = 4,
  kLz4Hadoop = 5,
  kZstd = 6,
  kLz4Raw = 7,
};

// A column each of whose cells is one value or none.
struct ParquetColumn {
  std::string name;  // fields of a structure: "name.given"
  ValueType type;
  size_t leaf = 0;         // index into RowGroup::chunks
  int max_definition = 0;  // a value is there if its definition level is this
};

// The values of one column in one row group.
struct ColumnChunk {
  PhysicalType physical = PhysicalType::kByteArray;
  Codec codec = Codec::kUncompressed;
  uint64_t values = 0;  // with those that are missing
  uint64_t offset = 0;  // of the first page; it and `size` are within the file
  uint64_t size = 0;
};

struct RowGroup {
  uint64_t rows = 0;
  std::vector<ColumnChunk> chunks;  // one for each leaf of the schema
};

struct FileMetadata {
  std::vector<ParquetColumn> columns;  // those that can be read
  std::vector<std::string> not_read;   // the others: "name (lists)"
  std::vector<RowGroup> row_groups;
  uint64_t rows = 0;
};

// `footer`: the structure FileMetaData at the end of the file, without its length; `file_size`: of
// the whole file, which every place in it is compared with. INVALID_ARGUMENT, without the path: it
// is damaged or encrypted, or no column can be read. Thread-safe.
absl::StatusOr<FileMetadata> ParseFileMetadata(absl::string_view footer, uint64_t file_size);

}  // namespace blindlink
