#pragma once

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"

namespace blindlink {

// Decoders of the encodings of apache/parquet-format, Encodings.md. Each gives its values one by
// one, and false where its bytes do not hold another one: at their end, or because they are
// damaged. `bytes` must outlive the decoder and the texts it gives. Not thread-safe.

// RLE / bit-packed hybrid: levels, indices into a dictionary, booleans.
class HybridDecoder {
 public:
  HybridDecoder() = default;
  // bit_width: 0 to 32.
  HybridDecoder(absl::string_view bytes, int bit_width) : bytes_(bytes), bit_width_(bit_width) {}
  bool Next(uint32_t* value);

 private:
  bool StartRun();

  absl::string_view bytes_;
  int bit_width_ = 0;
  uint64_t left_ = 0;  // values of the run
  bool packed_ = false;
  uint32_t repeated_ = 0;
  uint64_t bit_ = 0;  // packed_: of the next value, from the start of bytes_
};

// DELTA_BINARY_PACKED.
class DeltaDecoder {
 public:
  DeltaDecoder() = default;
  explicit DeltaDecoder(absl::string_view bytes) : bytes_(bytes) {}
  bool Next(int64_t* value);
  // What follows the values, once all were given; empty if they are damaged.
  absl::string_view Rest();

 private:
  bool ReadHead();
  bool StartBlock();
  bool StartMiniblock();

  absl::string_view bytes_;
  bool begun_ = false;
  bool broken_ = false;
  uint64_t left_ = 0;  // values
  uint64_t miniblocks_ = 0;
  uint64_t per_miniblock_ = 0;
  uint64_t next_miniblock_ = 0;  // of the block
  uint64_t left_in_miniblock_ = 0;
  absl::string_view widths_;
  absl::string_view packed_;
  uint64_t bit_ = 0;
  int width_ = 0;
  uint64_t least_delta_ = 0;
  uint64_t last_ = 0;
};

// DELTA_LENGTH_BYTE_ARRAY.
class DeltaLengthDecoder {
 public:
  DeltaLengthDecoder() = default;
  // Reads through the lengths once to find the bytes; `limit`: more values are an error.
  DeltaLengthDecoder(absl::string_view bytes, uint64_t limit);
  bool Next(absl::string_view* value);

 private:
  DeltaDecoder lengths_;
  absl::string_view texts_;
};

// What DELTA_LENGTH_BYTE_ARRAY and DELTA_BYTE_ARRAY have first: how many numbers `lengths` holds is
// at most `limit`, and `rest` is what follows them. False otherwise.
bool FindAfterDeltas(absl::string_view bytes, uint64_t limit, absl::string_view* rest);

}  // namespace blindlink
