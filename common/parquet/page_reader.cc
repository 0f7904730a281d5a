#include "common/parquet/page_reader.h"

#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <optional>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/parquet/compact_reader.h"
#include "common/parquet/decompress.h"

namespace blindlink {
namespace {

using Type = CompactReader::Type;

// Headers hold the least and greatest value of the page, so they can be long.
constexpr uint64_t kFirstLook = 4 << 10;
constexpr uint64_t kMaxHeaderBytes = 16 << 20;

// PageType of the format.
enum PageType { kDataPage = 0, kDictionaryPage = 2, kDataPageV2 = 3 };

absl::Status Damaged() { return absl::InvalidArgumentError("a page is damaged"); }

}  // namespace

struct PageReader::Header {
  int64_t type = -1;
  int64_t size = -1;
  int64_t compressed_size = -1;
  std::optional<int64_t> crc;
  int64_t values = -1;
  int64_t encoding = -1;
  int64_t level_encoding = static_cast<int64_t>(Encoding::kRle);
  int64_t level_bytes = 0;       // v2: before the values, never compressed
  int64_t repetition_bytes = 0;  // v2
  bool compressed = true;        // v2
};

absl::Status PageReader::ReadHeader(Header* header) {
  for (uint64_t look = kFirstLook;; look *= 4) {
    raw_.resize(std::min(look, end_ - next_));
    BL_RETURN_IF_ERROR(file_.ReadAt(next_, raw_.data(), raw_.size()));
    *header = Header();
    CompactReader in(raw_);
    const auto v1 = [&](int id, Type type) {
      if (id == 1) {
        header->values = in.Int(type);
      } else if (id == 2) {
        header->encoding = in.Int(type);
      } else if (id == 3 && header->type == kDataPage) {
        header->level_encoding = in.Int(type);
      } else {
        in.Skip(type);
      }
    };
    const auto v2 = [&](int id, Type type) {
      if (id == 1) {
        header->values = in.Int(type);
      } else if (id == 4) {
        header->encoding = in.Int(type);
      } else if (id == 5) {
        header->level_bytes = in.Int(type);
      } else if (id == 6) {
        header->repetition_bytes = in.Int(type);
      } else if (id == 7) {
        header->compressed = in.Bool(type);
      } else {
        in.Skip(type);
      }
    };
    in.Struct([&](int id, Type type) {
      switch (id) {
        case 1:
          header->type = in.Int(type);
          break;
        case 2:
          header->size = in.Int(type);
          break;
        case 3:
          header->compressed_size = in.Int(type);
          break;
        case 4:
          header->crc = in.Int(type);
          break;
        case 5:
        case 7:
          in.Struct(type, v1);
          break;
        case 8:
          in.Struct(type, v2);
          break;
        default:
          in.Skip(type);
      }
    });
    if (in.ok()) {
      next_ += in.used();
      return absl::OkStatus();
    }
    if (raw_.size() == end_ - next_ || look >= kMaxHeaderBytes) return Damaged();
  }
}

absl::Status PageReader::TakeLevelsOfV1(const Header& header, Page* page) {
  if (!has_levels_) return absl::OkStatus();
  if (header.level_encoding != static_cast<int64_t>(Encoding::kRle)) {
    return absl::InvalidArgumentError(
        "a page says with bits what is missing, as writers before 2013");
  }
  uint32_t size = 0;
  if (page->data.size() < sizeof(size)) return Damaged();
  std::memcpy(&size, page->data.data(), sizeof(size));  // little-endian, as this machine is
  page->data.remove_prefix(sizeof(size));
  if (page->data.size() < size) return Damaged();
  page->levels = page->data.substr(0, size);
  page->data.remove_prefix(size);
  return absl::OkStatus();
}

absl::StatusOr<bool> PageReader::Next(Page* page) {
  while (next_ < end_) {
    Header header;
    BL_RETURN_IF_ERROR(ReadHeader(&header));
    if (header.size < 0 || header.compressed_size < 0 ||
        static_cast<uint64_t>(header.compressed_size) > end_ - next_) {
      return Damaged();
    }
    if (header.size > kMaxPageBytes || header.compressed_size > kMaxPageBytes) {
      return absl::InvalidArgumentError(
          "a page is larger than 256 MiB; write the file again with smaller pages or row groups");
    }
    const uint64_t begin = next_;
    next_ += header.compressed_size;
    const bool v2 = header.type == kDataPageV2;
    // An index, or what is not known yet.
    if (!v2 && header.type != kDataPage && header.type != kDictionaryPage) continue;
    if (header.values < 0 || header.values > INT32_MAX) return Damaged();
    raw_.resize(header.compressed_size);
    BL_RETURN_IF_ERROR(file_.ReadAt(begin, raw_.data(), raw_.size()));
    if (header.crc.has_value() &&
        static_cast<uint32_t>(*header.crc) !=
            crc32(0, reinterpret_cast<const Bytef*>(raw_.data()), static_cast<uInt>(raw_.size()))) {
      return absl::InvalidArgumentError("a page is damaged: its checksum differs");
    }
    *page = Page();
    page->is_dictionary = header.type == kDictionaryPage;
    page->values = header.values;
    page->encoding = static_cast<Encoding>(header.encoding);
    absl::string_view raw = raw_;
    int64_t size = header.size;
    if (v2) {
      const bool within = header.repetition_bytes == 0 && header.level_bytes >= 0 &&
                          header.level_bytes <= std::min(header.size, header.compressed_size);
      if (!within) return Damaged();
      if (has_levels_) page->levels = raw.substr(0, header.level_bytes);
      raw.remove_prefix(header.level_bytes);
      size -= header.level_bytes;
    }
    // Nothing at all need not be a whole stream of the codec.
    if (size == 0) {
      content_.clear();
    } else {
      const Codec codec = v2 && !header.compressed ? Codec::kUncompressed : codec_;
      absl::Status status = Decompress(codec, raw, size, &content_);
      if (!status.ok()) {
        return absl::InvalidArgumentError(absl::StrCat("a page ", status.message()));
      }
    }
    page->data = content_;
    if (header.type == kDataPage) BL_RETURN_IF_ERROR(TakeLevelsOfV1(header, page));
    return true;
  }
  return false;
}

}  // namespace blindlink
