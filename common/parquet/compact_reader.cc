#include "common/parquet/compact_reader.h"

#include "common/parquet/varint.h"

namespace blindlink {
namespace {

// Parquet's metadata have eight levels at most.
constexpr int kMaxDepth = 32;

}  // namespace

uint8_t CompactReader::Byte() {
  if (!ok_ || used_ == bytes_.size()) {
    ok_ = false;
    return 0;
  }
  return static_cast<uint8_t>(bytes_[used_++]);
}

uint64_t CompactReader::Varint() {
  absl::string_view rest = bytes_.substr(used_);
  uint64_t value = 0;
  ok_ = ok_ && TakeVarint(&rest, &value);
  if (!ok_) return 0;
  used_ = bytes_.size() - rest.size();
  return value;
}

void CompactReader::Advance(uint64_t size) {
  if (size > bytes_.size() - used_) ok_ = false;
  if (ok_) used_ += size;
}

uint64_t CompactReader::Bounded(uint64_t count) {
  if (count > bytes_.size() - used_) ok_ = false;
  return ok_ ? count : 0;
}

void CompactReader::Struct(absl::FunctionRef<void(int id, Type type)> field) {
  if (++depth_ > kMaxDepth) ok_ = false;
  int id = 0;
  while (ok_) {
    const uint8_t head = Byte();
    if (head == 0) break;
    const int step = head >> 4;
    const int64_t next = step != 0 ? int64_t{id} + step : FromZigZag(Varint());
    if (next < INT16_MIN || next > INT16_MAX) ok_ = false;
    if (!ok_) break;
    id = static_cast<int>(next);
    field(id, static_cast<Type>(head & 0x0f));
  }
  --depth_;
}

void CompactReader::Struct(Type type, absl::FunctionRef<void(int id, Type type)> field) {
  if (type != Type::kStruct) ok_ = false;
  if (ok_) Struct(field);
}

void CompactReader::List(Type type, absl::FunctionRef<void(Type type)> element) {
  if (type != Type::kList) ok_ = false;
  if (!ok_) return;
  const uint8_t head = Byte();
  const uint64_t size = Bounded((head >> 4) == 15 ? Varint() : head >> 4);
  for (uint64_t i = 0; i < size && ok_; ++i) element(static_cast<Type>(head & 0x0f));
}

int64_t CompactReader::Int(Type type) {
  switch (type) {
    case Type::kByte:
      return static_cast<int8_t>(Byte());
    case Type::kInt16:
    case Type::kInt32:
    case Type::kInt64:
      return FromZigZag(Varint());
    default:
      ok_ = false;
      return 0;
  }
}

bool CompactReader::Bool(Type type) {
  if (type != Type::kTrue && type != Type::kFalse) ok_ = false;
  return ok_ && type == Type::kTrue;
}

absl::string_view CompactReader::Binary(Type type) {
  if (type != Type::kBinary) ok_ = false;
  const uint64_t size = Varint();
  const size_t begin = used_;
  Advance(size);
  return ok_ ? bytes_.substr(begin, size) : absl::string_view();
}

void CompactReader::SkipWithin(Type type, bool in_list) {
  switch (type) {
    case Type::kTrue:
    case Type::kFalse:
      if (in_list) Byte();
      return;
    case Type::kByte:
      Byte();
      return;
    case Type::kInt16:
    case Type::kInt32:
    case Type::kInt64:
      Varint();
      return;
    case Type::kDouble:
      Advance(sizeof(double));
      return;
    case Type::kBinary:
      Binary(type);
      return;
    case Type::kStruct:
      Struct([this](int, Type field) { Skip(field); });
      return;
    case Type::kList:
    case Type::kSet:
      if (++depth_ > kMaxDepth) ok_ = false;
      List(Type::kList, [this](Type element) { SkipWithin(element, /*in_list=*/true); });
      --depth_;
      return;
    case Type::kMap: {
      if (++depth_ > kMaxDepth) ok_ = false;
      const uint64_t size = Bounded(Varint());
      const uint8_t types = size == 0 ? 0 : Byte();
      for (uint64_t i = 0; i < size && ok_; ++i) {
        SkipWithin(static_cast<Type>(types >> 4), /*in_list=*/true);
        SkipWithin(static_cast<Type>(types & 0x0f), /*in_list=*/true);
      }
      --depth_;
      return;
    }
  }
  ok_ = false;
}

}  // namespace blindlink
