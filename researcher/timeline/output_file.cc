#include "researcher/timeline/output_file.h"

#include "absl/strings/match.h"
#include "common/base/hex.h"
#include "common/base/status_macros.h"

namespace blindlink::researcher {
namespace {

constexpr int kLevel = 1;
constexpr size_t kFrame = size_t{1} << 20;

}  // namespace

void FrameCompressor::Append(absl::string_view text, std::string* out) {
  if (text.empty()) return;
  const size_t at = out->size();
  out->resize(at + ZSTD_compressBound(text.size()));
  // With that much room it cannot fail.
  const size_t size = ZSTD_compressCCtx(context_.get(), out->data() + at, out->size() - at,
                                        text.data(), text.size(), kLevel);
  out->resize(at + size);
}

bool IsCompressed(const std::string& path) { return absl::EndsWith(path, ".zst"); }

absl::StatusOr<std::unique_ptr<OutputFile>> OutputFile::Create(const std::string& path) {
  BL_ASSIGN_OR_RETURN(std::unique_ptr<PartialFile> file, PartialFile::Create(path));
  return std::unique_ptr<OutputFile>(new OutputFile(path, std::move(file)));
}

absl::Status OutputFile::Append(absl::string_view bytes) {
  digest_.Update(bytes);
  bytes_ += bytes.size();
  return file_->Append(bytes);
}

absl::Status OutputFile::AppendText(absl::string_view text) {
  if (!IsCompressed(path_)) return Append(text);
  text_.append(text.data(), text.size());
  size_t done = 0;
  for (; text_.size() - done >= kFrame; done += kFrame) {
    BL_RETURN_IF_ERROR(AppendFrame(absl::string_view(text_).substr(done, kFrame)));
  }
  text_.erase(0, done);
  return absl::OkStatus();
}

absl::Status OutputFile::AppendFrame(absl::string_view text) {
  std::string frame;
  compressor_.Append(text, &frame);
  return Append(frame);
}

absl::Status OutputFile::Flush() { return AppendFrame(text_); }

std::string OutputFile::TakeDigest() { return HexEncode(AsView(digest_.Finish())); }

}  // namespace blindlink::researcher
