#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace blindlink::resolver {

// ClickHouse's format "Native" as HTTP carries it, for the types that the index has. A body is a
// sequence of blocks, each: number of columns and of rows (variable-length integers), then for each
// column its name and type (texts with their lengths) and the values, which for all types but
// String are an array in little-endian order.

// The type of a column: an unsigned integer or FixedString with a width in bytes, or String.
struct NativeType {
  enum Kind { kUnsigned, kFixedString, kString } kind;
  size_t width = 0;

  // As ClickHouse writes it: "UInt32", "FixedString(33)".
  std::string Name() const;
};
inline constexpr NativeType kUInt8{NativeType::kUnsigned, 1};
inline constexpr NativeType kUInt16{NativeType::kUnsigned, 2};
inline constexpr NativeType kUInt32{NativeType::kUnsigned, 4};
inline constexpr NativeType kUInt64{NativeType::kUnsigned, 8};
inline constexpr NativeType kString{NativeType::kString, 0};
constexpr NativeType FixedString(size_t width) { return {NativeType::kFixedString, width}; }

// A column to be written: `values` are its bytes, as in a block.
struct NativeColumn {
  absl::string_view name;
  NativeType type;
  absl::string_view values;
};

// The beginning of a block, and that of each of its columns, before its values.
void AppendNativeHeader(size_t columns, size_t rows, std::string* out);
void AppendNativeColumnHeader(absl::string_view name, NativeType type, std::string* out);

// Appends one block. Every column must have `rows` values.
void AppendNativeBlock(absl::Span<const NativeColumn> columns, size_t rows, std::string* out);

// Appends a value of a String column.
void AppendNativeString(absl::string_view value, std::string* values);

// A column of a block that was read. Views of the body.
class NativeValues {
 public:
  // Of a column with a width: the bytes of all values.
  absl::string_view bytes() const { return bytes_; }
  // The unsigned integer of a row; Int must have the column's width.
  template <typename Int>
  Int At(size_t row) const {
    Int value;
    std::memcpy(&value, bytes_.data() + row * sizeof(Int), sizeof(Int));
    return value;
  }
  // Of a String column.
  absl::string_view StringAt(size_t row) const { return strings_[row]; }

 private:
  friend class NativeReader;
  absl::string_view bytes_;
  std::vector<absl::string_view> strings_;
};

struct NativeBlock {
  size_t rows = 0;
  std::vector<NativeValues> columns;
};

// Reads a body block by block. Not thread-safe.
class NativeReader {
 public:
  // `body` and `types` must outlive it and the blocks.
  NativeReader(absl::string_view body, absl::Span<const NativeType> types)
      : rest_(body), types_(types) {}

  // The next block, which may have no rows; false at the end. If the body goes on with something
  // else than a block of these types, nothing more can be read: UNAVAILABLE if the body ends inside
  // the block, DATA_LOSS otherwise. rest() is then from the beginning of that block: there a server
  // writes, in text, why it stopped.
  absl::StatusOr<bool> Next(NativeBlock* block);
  absl::string_view rest() const { return rest_; }

 private:
  absl::string_view rest_;
  const absl::Span<const NativeType> types_;
};

}  // namespace blindlink::resolver
