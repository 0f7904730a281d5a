#include "common/csv/decompressor.h"

#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace blindlink {
namespace {

constexpr size_t kCompressedChunk = size_t{64} << 10;

absl::Status Damaged(absl::string_view path, absl::string_view kind, absl::string_view why) {
  return absl::InvalidArgumentError(
      absl::StrCat(path, ": the ", kind, " data is damaged or cut off: ", why));
}

class GzipSource : public ByteSource {
 public:
  GzipSource(std::unique_ptr<ByteSource> compressed, std::string path)
      : compressed_(std::move(compressed)), path_(std::move(path)), chunk_(kCompressedChunk) {}
  ~GzipSource() override { inflateEnd(&stream_); }

  absl::Status Start() {
    constexpr int kGzipOnly = 16 + MAX_WBITS;
    if (inflateInit2(&stream_, kGzipOnly) != Z_OK)
      return absl::InternalError("zlib cannot be initialized");
    return absl::OkStatus();
  }

  absl::StatusOr<size_t> Read(char* out, size_t size) override {
    size = std::min<size_t>(size, std::numeric_limits<uInt>::max());
    stream_.next_out = reinterpret_cast<Bytef*>(out);
    stream_.avail_out = static_cast<uInt>(size);
    while (stream_.avail_out == size) {
      if (stream_.avail_in == 0) {
        BL_RETURN_IF_ERROR(FillChunk());
        if (stream_.avail_in == 0) {
          if (in_member_) return Damaged(path_, "gzip", "it ends before its end mark");
          return size_t{0};
        }
      }
      if (!in_member_) {
        inflateReset(&stream_);
        in_member_ = true;
      }
      const int result = inflate(&stream_, Z_NO_FLUSH);
      if (result == Z_STREAM_END) {
        in_member_ = false;
      } else if (result != Z_OK && result != Z_BUF_ERROR) {
        return Damaged(path_, "gzip",
                       stream_.msg != nullptr ? stream_.msg : "it is not a gzip stream");
      }
    }
    return size - stream_.avail_out;
  }

  double ShareRead() const override { return compressed_->ShareRead(); }

 private:
  absl::Status FillChunk() {
    BL_ASSIGN_OR_RETURN(const size_t n, compressed_->Read(chunk_.data(), chunk_.size()));
    stream_.next_in = reinterpret_cast<Bytef*>(chunk_.data());
    stream_.avail_in = static_cast<uInt>(n);
    return absl::OkStatus();
  }

  std::unique_ptr<ByteSource> compressed_;
  const std::string path_;
  std::vector<char> chunk_;
  z_stream stream_ = {};
  bool in_member_ = true;
};

class ZstdSource : public ByteSource {
 public:
  ZstdSource(std::unique_ptr<ByteSource> compressed, std::string path)
      : compressed_(std::move(compressed)),
        path_(std::move(path)),
        chunk_(kCompressedChunk),
        stream_(ZSTD_createDStream(), &ZSTD_freeDStream) {}

  absl::StatusOr<size_t> Read(char* out, size_t size) override {
    ZSTD_outBuffer output = {out, size, 0};
    while (output.pos == 0) {
      // After filling the output, the decoder may hold more of it although the input is used up. So
      // it is asked again before the end of the file is taken for the end of the data.
      if (input_.pos == input_.size && !may_hold_output_) {
        BL_ASSIGN_OR_RETURN(const size_t n, compressed_->Read(chunk_.data(), chunk_.size()));
        input_ = {chunk_.data(), n, 0};
        if (n == 0) {
          if (in_frame_) return Damaged(path_, "zstd", "it ends before its end mark");
          return size_t{0};
        }
      }
      const size_t result = ZSTD_decompressStream(stream_.get(), &output, &input_);
      if (ZSTD_isError(result)) return Damaged(path_, "zstd", ZSTD_getErrorName(result));
      in_frame_ = result != 0;
      may_hold_output_ = in_frame_ && output.pos == output.size;
    }
    return output.pos;
  }

  double ShareRead() const override { return compressed_->ShareRead(); }

 private:
  std::unique_ptr<ByteSource> compressed_;
  const std::string path_;
  std::vector<char> chunk_;
  std::unique_ptr<ZSTD_DStream, decltype(&ZSTD_freeDStream)> stream_;
  ZSTD_inBuffer input_ = {nullptr, 0, 0};
  bool in_frame_ = false;
  bool may_hold_output_ = false;
};

}  // namespace

absl::StatusOr<std::unique_ptr<ByteSource>> MakeGzipSource(std::unique_ptr<ByteSource> compressed,
                                                           std::string path) {
  auto source = std::make_unique<GzipSource>(std::move(compressed), std::move(path));
  BL_RETURN_IF_ERROR(source->Start());
  return source;
}

absl::StatusOr<std::unique_ptr<ByteSource>> MakeZstdSource(std::unique_ptr<ByteSource> compressed,
                                                           std::string path) {
  return std::make_unique<ZstdSource>(std::move(compressed), std::move(path));
}

}  // namespace blindlink
