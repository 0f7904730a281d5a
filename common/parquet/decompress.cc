#include "common/parquet/decompress.h"

#include <lz4.h>
#include <snappy.h>
#include <zlib.h>
#include <zstd.h>

#include <climits>

#include "absl/strings/str_cat.h"

namespace blindlink {
namespace {

bool Snappy(absl::string_view compressed, std::string* out) {
  size_t size = 0;
  return snappy::GetUncompressedLength(compressed.data(), compressed.size(), &size) &&
         size == out->size() &&
         snappy::RawUncompress(compressed.data(), compressed.size(), out->data());
}

// Several members may follow each other.
bool Gzip(absl::string_view compressed, std::string* out) {
  constexpr int kGzipOrZlib = 32 + MAX_WBITS;
  z_stream stream = {};
  if (inflateInit2(&stream, kGzipOrZlib) != Z_OK) return false;
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(compressed.data()));
  stream.avail_in = static_cast<uInt>(compressed.size());
  stream.next_out = reinterpret_cast<Bytef*>(out->data());
  stream.avail_out = static_cast<uInt>(out->size());
  int result = inflate(&stream, Z_FINISH);
  while (result == Z_STREAM_END && stream.avail_in > 0 && inflateReset(&stream) == Z_OK) {
    result = inflate(&stream, Z_FINISH);
  }
  inflateEnd(&stream);
  return result == Z_STREAM_END && stream.avail_out == 0;
}

bool Zstd(absl::string_view compressed, std::string* out) {
  const size_t size =
      ZSTD_decompress(out->data(), out->size(), compressed.data(), compressed.size());
  return ZSTD_isError(size) == 0 && size == out->size();
}

bool Lz4(absl::string_view compressed, std::string* out) {
  const int size =
      LZ4_decompress_safe(compressed.data(), out->data(), static_cast<int>(compressed.size()),
                          static_cast<int>(out->size()));
  return size >= 0 && static_cast<size_t>(size) == out->size();
}

absl::Status NotRead(absl::string_view name) {
  return absl::InvalidArgumentError(
      absl::StrCat("is compressed with ", name,
                   ", which is not read; write the file again with Snappy, gzip, zstd or LZ4_RAW"));
}

}  // namespace

absl::Status Decompress(Codec codec, absl::string_view compressed, size_t size, std::string* out) {
  if (compressed.size() > INT_MAX || size > INT_MAX) {
    return absl::InvalidArgumentError("is larger than 2 GiB");
  }
  if (codec == Codec::kUncompressed) {
    out->assign(compressed.data(), compressed.size());
    if (compressed.size() == size) return absl::OkStatus();
    return absl::InvalidArgumentError("has another size than it says");
  }
  out->resize(size);
  bool whole = false;
  switch (codec) {
    case Codec::kSnappy:
      whole = Snappy(compressed, out);
      break;
    case Codec::kGzip:
      whole = Gzip(compressed, out);
      break;
    case Codec::kZstd:
      whole = Zstd(compressed, out);
      break;
    case Codec::kLz4Raw:
      whole = Lz4(compressed, out);
      break;
    case Codec::kLzo:
      return NotRead("LZO");
    case Codec::kBrotli:
      return NotRead("Brotli");
    case Codec::kLz4Hadoop:
      return NotRead("Hadoop's LZ4");
    default:
      return NotRead("a method of newer versions");
  }
  if (whole) return absl::OkStatus();
  return absl::InvalidArgumentError("cannot be decompressed: it is damaged");
}

}  // namespace blindlink
