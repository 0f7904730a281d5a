#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/partial_file.h"
#include "common/crypto/sha256.h"
#include "zstd.h"

namespace blindlink::researcher {

// Compresses texts to zstd frames of their own; several frames, one after another, are one file.
// The same text gives the same bytes. Not thread-safe.
class FrameCompressor {
 public:
  FrameCompressor() : context_(ZSTD_createCCtx(), &ZSTD_freeCCtx) {}
  // Appends one frame to `out`; nothing for an empty text.
  void Append(absl::string_view text, std::string* out);

 private:
  std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> context_;
};

// Whether a file of this name is compressed.
bool IsCompressed(const std::string& path);

// A result file as it grows: a PartialFile with its size and digest. Errors are those of
// PartialFile. Not thread-safe.
class OutputFile {
 public:
  static absl::StatusOr<std::unique_ptr<OutputFile>> Create(const std::string& path);

  // `bytes` as they are to be stored.
  absl::Status Append(absl::string_view bytes);
  // Text that is compressed first if the file's name says so, in frames of a fixed size, so that
  // the bytes do not depend on the calls. A file is written with either Append or AppendText.
  absl::Status AppendText(absl::string_view text);
  // Writes what is left. Call it once, after the last Append.
  absl::Status Flush();
  // Gives the file its name.
  absl::Status Finish() { return file_->Finish(); }

  const std::string& path() const { return path_; }
  uint64_t bytes() const { return bytes_; }
  // Hexadecimal, of everything; call it once, after Flush.
  std::string TakeDigest();

 private:
  OutputFile(std::string path, std::unique_ptr<PartialFile> file)
      : path_(std::move(path)), file_(std::move(file)) {}
  absl::Status AppendFrame(absl::string_view text);

  const std::string path_;
  std::unique_ptr<PartialFile> file_;
  FrameCompressor compressor_;
  std::string text_;  // not yet compressed
  Sha256 digest_;
  uint64_t bytes_ = 0;
};

}  // namespace blindlink::researcher
