#pragma once

#include <cstddef>
#include <cstdint>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"

namespace blindlink {

// Reads Thrift's compact protocol (thrift/doc/specs/thrift-compact-protocol.md), in which Parquet's
// metadata are written. After an error every read gives zero or nothing, and ok() is false, so that
// only the end of a structure needs to be checked. No count makes it allocate anything: a list
// longer than the bytes that are left is an error. Not thread-safe.
class CompactReader {
 public:
  // What follows, as the protocol numbers it.
  enum class Type : uint8_t {
    kTrue = 1,
    kFalse = 2,
    kByte = 3,
    kInt16 = 4,
    kInt32 = 5,
    kInt64 = 6,
    kDouble = 7,
    kBinary = 8,
    kList = 9,
    kSet = 10,
    kMap = 11,
    kStruct = 12,
  };

  // `bytes` must outlive the reader and what it gives.
  explicit CompactReader(absl::string_view bytes) : bytes_(bytes) {}

  bool ok() const { return ok_; }
  // How many bytes have been read.
  size_t used() const { return used_; }

  // Calls `field` with the number and type of each field of a structure; it must read it, or skip
  // it.
  void Struct(absl::FunctionRef<void(int id, Type type)> field);
  // The same where `type` says what follows: anything but a structure is an error.
  void Struct(Type type, absl::FunctionRef<void(int id, Type type)> field);
  // Calls `element` for each element of a list.
  void List(Type type, absl::FunctionRef<void(Type type)> element);
  int64_t Int(Type type);
  // Of a field; in lists, booleans are written otherwise, and only skipped.
  bool Bool(Type type);
  absl::string_view Binary(Type type);
  void Skip(Type type) { SkipWithin(type, /*in_list=*/false); }
  // Makes ok() false.
  void Fail() { ok_ = false; }

 private:
  uint8_t Byte();
  uint64_t Varint();
  void Advance(uint64_t size);
  void SkipWithin(Type type, bool in_list);
  // The count in the head of a list, set or map; 0 if there are fewer bytes left.
  uint64_t Bounded(uint64_t count);

  const absl::string_view bytes_;
  size_t used_ = 0;
  int depth_ = 0;
  bool ok_ = true;
};

}  // namespace blindlink
