#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/parquet/file_metadata.h"
#include "common/parquet/random_access.h"

namespace blindlink {

// Numbered as in the format.
enum class Encoding {
  kPlain = 0,
  kPlainDictionary = 2,
  kRle = 3,
  kDeltaBinaryPacked = 5,
  kDeltaLengthByteArray = 6,
  kDeltaByteArray = 7,
  kRleDictionary = 8,
};

// A page larger than this is refused: each column keeps one in memory. Writers make pages of about
// 1 MiB, DuckDB one for each 122 880 rows.
inline constexpr int64_t kMaxPageBytes = int64_t{256} << 20;

struct Page {
  bool is_dictionary = false;
  uint64_t values = 0;  // with those that are missing
  Encoding encoding = Encoding::kPlain;
  absl::string_view levels;  // definition levels, RLE; empty if the column has none
  absl::string_view data;
};

// Reads the pages of a column chunk, one after the other. Not thread-safe.
class PageReader {
 public:
  // `file` must outlive the reader. `has_levels`: whether values can be missing.
  PageReader(RandomAccess* file, const ColumnChunk& chunk, bool has_levels)
      : file_(*file),
        codec_(chunk.codec),
        has_levels_(has_levels),
        next_(chunk.offset),
        end_(chunk.offset + chunk.size) {}

  // False at the end of the chunk. `page` is valid until the next call. INVALID_ARGUMENT, without
  // a place: the page is damaged, or written in a way that is not read; errors of the file.
  absl::StatusOr<bool> Next(Page* page);

 private:
  struct Header;

  absl::Status ReadHeader(Header* header);
  absl::Status TakeLevelsOfV1(const Header& header, Page* page);

  RandomAccess& file_;
  const Codec codec_;
  const bool has_levels_;
  uint64_t next_;
  const uint64_t end_;
  std::string raw_;
  std::string content_;
};

}  // namespace blindlink
