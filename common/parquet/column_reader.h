#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "common/parquet/encodings.h"
#include "common/parquet/file_metadata.h"
#include "common/parquet/page_reader.h"
#include "common/parquet/random_access.h"

namespace blindlink {

// Reads the values of a column in one row group as texts. Holds one page and the dictionary in
// memory. Not thread-safe.
class ColumnReader {
 public:
  // `file` must outlive the reader; `chunk` is that of the column.
  ColumnReader(RandomAccess* file, const ParquetColumn& column, const ColumnChunk& chunk)
      : type_(column.type),
        max_definition_(column.max_definition),
        pages_(file, chunk, column.max_definition > 0) {}

  // Replaces `text` with the next value as value_text.h writes it; nothing if it is missing.
  // INVALID_ARGUMENT, without a place: the bytes are damaged, or written in a way that is not read;
  // errors of the file. After an error the reader must not be used.
  absl::Status Next(std::string* text);

 private:
  absl::Status NextPage();
  absl::Status ReadDictionary(const Page& page);
  absl::Status StartValues(const Page& page);
  // The next value that is not missing.
  absl::Status NextValue(std::string* text);
  absl::Status NextPlainBit(std::string* text);
  bool TakePlain(absl::string_view* bytes, absl::string_view* value) const;

  const ValueType type_;
  const int max_definition_;
  PageReader pages_;
  std::vector<std::string> dictionary_;  // texts
  bool has_dictionary_ = false;
  uint64_t left_ = 0;  // values of the page
  Encoding encoding_ = Encoding::kPlain;
  HybridDecoder levels_;
  HybridDecoder indices_;  // or booleans
  absl::string_view plain_;
  uint64_t bit_ = 0;  // of plain_, if it holds booleans
  DeltaDecoder numbers_;
  DeltaLengthDecoder texts_;
  DeltaDecoder prefixes_;
  std::string previous_;  // kDeltaByteArray
};

}  // namespace blindlink
