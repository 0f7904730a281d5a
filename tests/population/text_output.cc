#include "tests/population/text_output.h"

#include <cerrno>
#include <utility>

#include "absl/strings/str_cat.h"

namespace blindlink::population {

absl::StatusOr<TextOutput> TextOutput::Open(const std::string& path, size_t buffer) {
  FILE* const file = path == "-" ? stdout : fopen(path.c_str(), "w");
  if (file == nullptr) return absl::ErrnoToStatus(errno, absl::StrCat("cannot write ", path));
  return TextOutput(file, path, buffer);
}

TextOutput::TextOutput(FILE* file, std::string path, size_t limit)
    : file_(file), path_(std::move(path)), limit_(limit) {
  setvbuf(file_, nullptr, _IONBF, 0);
  buffer_.reserve(limit_ + 1024);
}

TextOutput::TextOutput(TextOutput&& other) noexcept
    : file_(std::exchange(other.file_, nullptr)),
      path_(std::move(other.path_)),
      limit_(other.limit_),
      buffer_(std::move(other.buffer_)) {}

TextOutput::~TextOutput() {
  if (file_ != nullptr && file_ != stdout) fclose(file_);
}

absl::Status TextOutput::Flush() {
  if (fwrite(buffer_.data(), 1, buffer_.size(), file_) != buffer_.size()) {
    return absl::ErrnoToStatus(errno, absl::StrCat("cannot write ", path_));
  }
  buffer_.clear();
  return absl::OkStatus();
}

absl::Status TextOutput::Close() {
  const absl::Status flushed = Flush();
  FILE* const file = std::exchange(file_, nullptr);
  const int closed = fclose(file);
  if (!flushed.ok() || closed == 0) return flushed;
  return absl::ErrnoToStatus(errno, absl::StrCat("cannot write ", path_));
}

void AppendField(absl::string_view value, std::string& row) {
  if (value.find_first_of(",\"\n\r") == absl::string_view::npos) {
    row.append(value.data(), value.size());
    return;
  }
  row.push_back('"');
  for (const char c : value) {
    if (c == '"') row.push_back('"');
    row.push_back(c);
  }
  row.push_back('"');
}

}  // namespace blindlink::population
