#include "common/parquet/column_reader.h"

#include <bit>
#include <cstring>

#include "common/base/status_macros.h"
#include "common/parquet/value_text.h"

namespace blindlink {
namespace {

absl::Status Damaged() { return absl::InvalidArgumentError("a page is damaged"); }

}  // namespace

bool ColumnReader::TakePlain(absl::string_view* bytes, absl::string_view* value) const {
  uint64_t size = FixedSizeOf(type_);
  if (type_.physical == PhysicalType::kByteArray) {
    uint32_t length = 0;
    if (bytes->size() < sizeof(length)) return false;
    std::memcpy(&length, bytes->data(), sizeof(length));  // little-endian, as this machine is
    bytes->remove_prefix(sizeof(length));
    size = length;
  }
  if (bytes->size() < size) return false;
  *value = bytes->substr(0, size);
  bytes->remove_prefix(size);
  return true;
}

absl::Status ColumnReader::ReadDictionary(const Page& page) {
  const bool plain =
      page.encoding == Encoding::kPlain || page.encoding == Encoding::kPlainDictionary;
  // Booleans have none.
  if (has_dictionary_ || !plain || type_.physical == PhysicalType::kBoolean) return Damaged();
  has_dictionary_ = true;
  constexpr uint64_t kMostValues = 16'000'000;
  if (page.values > kMostValues) {
    return absl::InvalidArgumentError(
        "a dictionary is too large; write the file again without dictionaries");
  }
  absl::string_view bytes = page.data;
  for (uint64_t i = 0; i < page.values; ++i) {
    absl::string_view value;
    if (!TakePlain(&bytes, &value)) return Damaged();
    if (!AppendValueText(type_, value, &dictionary_.emplace_back())) return Damaged();
  }
  return absl::OkStatus();
}

absl::Status ColumnReader::StartValues(const Page& page) {
  absl::string_view data = page.data;
  encoding_ = page.encoding;
  const bool is_number =
      type_.physical == PhysicalType::kInt32 || type_.physical == PhysicalType::kInt64;
  const bool is_bytes = type_.physical == PhysicalType::kByteArray;
  const bool is_fixed = type_.physical == PhysicalType::kFixedLengthByteArray;
  switch (encoding_) {
    case Encoding::kPlain:
      plain_ = data;
      bit_ = 0;
      return absl::OkStatus();
    case Encoding::kPlainDictionary:
    case Encoding::kRleDictionary: {
      if (!has_dictionary_) return Damaged();
      if (data.empty()) {  // every value is missing
        indices_ = HybridDecoder();
        return absl::OkStatus();
      }
      const int width = static_cast<uint8_t>(data.front());
      if (width > 32) return Damaged();
      indices_ = HybridDecoder(data.substr(1), width);
      return absl::OkStatus();
    }
    case Encoding::kRle:
      if (type_.physical != PhysicalType::kBoolean) break;
      if (data.size() < sizeof(uint32_t)) return Damaged();
      indices_ = HybridDecoder(data.substr(sizeof(uint32_t)), 1);
      return absl::OkStatus();
    case Encoding::kDeltaBinaryPacked:
      if (!is_number) break;
      numbers_ = DeltaDecoder(data);
      return absl::OkStatus();
    case Encoding::kDeltaLengthByteArray:
      if (!is_bytes) break;
      texts_ = DeltaLengthDecoder(data, page.values);
      return absl::OkStatus();
    case Encoding::kDeltaByteArray: {
      if (!is_bytes && !is_fixed) break;
      absl::string_view suffixes;
      if (!FindAfterDeltas(data, page.values, &suffixes)) return Damaged();
      prefixes_ = DeltaDecoder(data);
      texts_ = DeltaLengthDecoder(suffixes, page.values);
      previous_.clear();
      return absl::OkStatus();
    }
  }
  return absl::InvalidArgumentError(
      "has an encoding that is not read; write the file again with dictionaries or plain values");
}

absl::Status ColumnReader::NextPage() {
  while (left_ == 0) {
    Page page;
    BL_ASSIGN_OR_RETURN(const bool more, pages_.Next(&page));
    if (!more) return absl::InvalidArgumentError("has fewer values than the file says");
    if (page.is_dictionary) {
      BL_RETURN_IF_ERROR(ReadDictionary(page));
      continue;
    }
    if (max_definition_ > 0) {
      levels_ = HybridDecoder(page.levels, std::bit_width(static_cast<unsigned>(max_definition_)));
    }
    BL_RETURN_IF_ERROR(StartValues(page));
    left_ = page.values;
  }
  return absl::OkStatus();
}

absl::Status ColumnReader::Next(std::string* text) {
  text->clear();
  BL_RETURN_IF_ERROR(NextPage());
  --left_;
  if (max_definition_ > 0) {
    uint32_t level = 0;
    if (!levels_.Next(&level) || level > static_cast<uint32_t>(max_definition_)) return Damaged();
    if (level < static_cast<uint32_t>(max_definition_)) return absl::OkStatus();
  }
  return NextValue(text);
}

absl::Status ColumnReader::NextPlainBit(std::string* text) {
  if (bit_ / 8 >= plain_.size()) return Damaged();
  const char bit = static_cast<char>(plain_[bit_ / 8] >> (bit_ % 8) & 1);
  ++bit_;
  AppendValueText(type_, {&bit, 1}, text);
  return absl::OkStatus();
}

absl::Status ColumnReader::NextValue(std::string* text) {
  uint32_t index = 0;
  switch (encoding_) {
    case Encoding::kPlain: {
      if (type_.physical == PhysicalType::kBoolean) return NextPlainBit(text);
      absl::string_view value;
      if (!TakePlain(&plain_, &value) || !AppendValueText(type_, value, text)) return Damaged();
      return absl::OkStatus();
    }
    case Encoding::kPlainDictionary:
    case Encoding::kRleDictionary:
      if (!indices_.Next(&index) || index >= dictionary_.size()) return Damaged();
      *text = dictionary_[index];
      return absl::OkStatus();
    case Encoding::kRle:
      if (!indices_.Next(&index)) return Damaged();
      text->assign(index != 0 ? "true" : "false");
      return absl::OkStatus();
    case Encoding::kDeltaBinaryPacked: {
      int64_t number = 0;
      if (!numbers_.Next(&number)) return Damaged();
      const absl::string_view bytes(reinterpret_cast<const char*>(&number), FixedSizeOf(type_));
      if (!AppendValueText(type_, bytes, text)) return Damaged();
      return absl::OkStatus();
    }
    case Encoding::kDeltaLengthByteArray: {
      absl::string_view value;
      if (!texts_.Next(&value) || !AppendValueText(type_, value, text)) return Damaged();
      return absl::OkStatus();
    }
    case Encoding::kDeltaByteArray: {
      int64_t prefix = 0;
      absl::string_view suffix;
      if (!prefixes_.Next(&prefix) || !texts_.Next(&suffix) || prefix < 0 ||
          static_cast<uint64_t>(prefix) > previous_.size()) {
        return Damaged();
      }
      previous_.resize(prefix);
      previous_.append(suffix.data(), suffix.size());
      const bool fits = type_.physical != PhysicalType::kFixedLengthByteArray ||
                        previous_.size() == static_cast<size_t>(type_.length);
      if (!fits || !AppendValueText(type_, previous_, text)) return Damaged();
      return absl::OkStatus();
    }
  }
  return Damaged();
}

}  // namespace blindlink
