#include "agent/clinical/codes/zip_archive.h"

#include <zlib.h>

#include <cstdint>
#include <optional>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace blindlink::agent {
namespace {

constexpr size_t kLargest = size_t{512} << 20;
constexpr size_t kEndSize = 22;
constexpr size_t kEntrySize = 46;
constexpr size_t kLocalSize = 30;

// A little-endian number of `size` bytes; nothing if the text ends before.
std::optional<uint32_t> NumberAt(absl::string_view bytes, size_t at, size_t size) {
  if (at > bytes.size() || bytes.size() - at < size) return std::nullopt;
  uint32_t value = 0;
  for (size_t i = 0; i < size; ++i) {
    value |= static_cast<uint32_t>(static_cast<uint8_t>(bytes[at + i])) << (8 * i);
  }
  return value;
}

uint32_t Or0(std::optional<uint32_t> value) { return value.value_or(0); }

}  // namespace

absl::Status ZipArchive::Damaged() const {
  return absl::InvalidArgumentError(absl::StrCat(
      path_, ": the archive is damaged or of a kind that is not read; save the file again as CSV"));
}

absl::StatusOr<ZipArchive> ZipArchive::Open(absl::string_view bytes, const std::string& path) {
  ZipArchive archive;
  archive.bytes_ = bytes;
  archive.path_ = path;
  BL_RETURN_IF_ERROR(archive.ReadDirectory());
  return archive;
}

absl::Status ZipArchive::ReadDirectory() {
  const size_t end = bytes_.rfind("PK\5\6");
  if (end == absl::string_view::npos || bytes_.size() - end < kEndSize) return Damaged();
  const uint32_t count = Or0(NumberAt(bytes_, end + 10, 2));
  size_t at = Or0(NumberAt(bytes_, end + 16, 4));
  for (uint32_t i = 0; i < count; ++i) {
    if (at > bytes_.size() || bytes_.substr(at, 4) != "PK\1\2" || bytes_.size() - at < kEntrySize) {
      return Damaged();
    }
    const uint32_t flags = Or0(NumberAt(bytes_, at + 8, 2));
    const uint32_t method = Or0(NumberAt(bytes_, at + 10, 2));
    const size_t name_size = Or0(NumberAt(bytes_, at + 28, 2));
    if ((flags & 1) != 0 || (method != 0 && method != Z_DEFLATED) ||
        bytes_.size() - at - kEntrySize < name_size) {
      return Damaged();
    }
    Member member;
    member.packed = Or0(NumberAt(bytes_, at + 20, 4));
    member.size = Or0(NumberAt(bytes_, at + 24, 4));
    member.header = Or0(NumberAt(bytes_, at + 42, 4));
    member.deflated = method != 0;
    members_[std::string(bytes_.substr(at + kEntrySize, name_size))] = member;
    at += kEntrySize + name_size + Or0(NumberAt(bytes_, at + 30, 2)) +
          Or0(NumberAt(bytes_, at + 32, 2));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> ZipArchive::Unpack(const Member& member) const {
  if (!NumberAt(bytes_, member.header + 26, 4) || member.size > kLargest) return Damaged();
  const size_t begin = member.header + kLocalSize + *NumberAt(bytes_, member.header + 26, 2) +
                       *NumberAt(bytes_, member.header + 28, 2);
  if (begin > bytes_.size() || bytes_.size() - begin < member.packed) return Damaged();
  const absl::string_view packed = bytes_.substr(begin, member.packed);
  if (!member.deflated) return std::string(packed);
  std::string out(member.size, '\0');
  z_stream stream = {};
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) return Damaged();
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int result = inflate(&stream, Z_FINISH);
  const bool whole = stream.total_out == out.size();
  inflateEnd(&stream);
  if (result != Z_STREAM_END || !whole) return Damaged();
  return out;
}

}  // namespace blindlink::agent
