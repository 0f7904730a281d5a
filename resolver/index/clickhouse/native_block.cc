#include "resolver/index/clickhouse/native_block.h"

#include <bit>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace blindlink::resolver {
namespace {

static_assert(std::endian::native == std::endian::little, "values are copied as they are");

// LEB128, as in protobuf.
void AppendVarint(uint64_t value, std::string* out) {
  while (value >= 0x80) {
    out->push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out->push_back(static_cast<char>(value));
}

absl::Status Cut() { return absl::UnavailableError("the answer ends in the middle of a block"); }
absl::Status Strange() { return absl::DataLossError("the answer is not what was asked for"); }

// Takes from the beginning of a text. Errors are Cut() and Strange().
class Taker {
 public:
  explicit Taker(absl::string_view from) : from_(from) {}

  absl::StatusOr<uint64_t> Varint() {
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      if (from_.empty()) return Cut();
      const auto byte = static_cast<uint8_t>(from_.front());
      from_.remove_prefix(1);
      value |= uint64_t{byte & 0x7fU} << shift;
      if (byte < 0x80) return value;
    }
    return Strange();
  }

  absl::StatusOr<absl::string_view> Bytes(uint64_t size) {
    if (size > from_.size()) return Cut();
    const absl::string_view bytes = from_.substr(0, size);
    from_.remove_prefix(size);
    return bytes;
  }

  absl::StatusOr<absl::string_view> Text() {
    BL_ASSIGN_OR_RETURN(const uint64_t size, Varint());
    return Bytes(size);
  }

  absl::string_view rest() const { return from_; }

 private:
  absl::string_view from_;
};

// A text that a header must have here, whole or cut off.
absl::Status TakeText(absl::string_view expected, Taker* from) {
  BL_ASSIGN_OR_RETURN(const uint64_t size, from->Varint());
  if (size != expected.size()) return Strange();
  BL_ASSIGN_OR_RETURN(const absl::string_view text, from->Bytes(size));
  return text == expected ? absl::OkStatus() : Strange();
}

}  // namespace

std::string NativeType::Name() const {
  switch (kind) {
    case kUnsigned:
      return absl::StrCat("UInt", 8 * width);
    case kFixedString:
      return absl::StrCat("FixedString(", width, ")");
    case kString:
      break;
  }
  return "String";
}

void AppendNativeHeader(size_t columns, size_t rows, std::string* out) {
  AppendVarint(columns, out);
  AppendVarint(rows, out);
}

void AppendNativeColumnHeader(absl::string_view name, NativeType type, std::string* out) {
  AppendNativeString(name, out);
  AppendNativeString(type.Name(), out);
}

void AppendNativeBlock(absl::Span<const NativeColumn> columns, size_t rows, std::string* out) {
  AppendNativeHeader(columns.size(), rows, out);
  for (const NativeColumn& column : columns) {
    AppendNativeColumnHeader(column.name, column.type, out);
    out->append(column.values.data(), column.values.size());
  }
}

void AppendNativeString(absl::string_view value, std::string* values) {
  AppendVarint(value.size(), values);
  values->append(value.data(), value.size());
}

absl::StatusOr<bool> NativeReader::Next(NativeBlock* block) {
  if (rest_.empty()) return false;
  Taker taker(rest_);
  BL_ASSIGN_OR_RETURN(const uint64_t columns, taker.Varint());
  if (columns != types_.size()) return Strange();
  BL_ASSIGN_OR_RETURN(block->rows, taker.Varint());
  block->columns.assign(columns, {});
  for (size_t i = 0; i < columns; ++i) {
    NativeValues& values = block->columns[i];
    BL_RETURN_IF_ERROR(taker.Text().status());  // the name
    BL_RETURN_IF_ERROR(TakeText(types_[i].Name(), &taker));
    if (types_[i].kind != NativeType::kString) {
      // A number of rows that does not fit is caught before it overflows.
      if (block->rows > rest_.size()) return Cut();
      BL_ASSIGN_OR_RETURN(values.bytes_, taker.Bytes(block->rows * types_[i].width));
      continue;
    }
    if (block->rows > taker.rest().size()) return Cut();
    values.strings_.reserve(block->rows);
    for (size_t row = 0; row < block->rows; ++row) {
      BL_ASSIGN_OR_RETURN(values.strings_.emplace_back(), taker.Text());
    }
  }
  rest_ = taker.rest();
  return true;
}

}  // namespace blindlink::resolver
