#pragma once

#include <cstddef>
#include <cstdio>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace blindlink::population {

// Text written to a file, or to standard output for "-", through a buffer of a fixed size.
class TextOutput {
 public:
  static constexpr size_t kBufferBytes = 1 << 18;

  static absl::StatusOr<TextOutput> Open(const std::string& path, size_t buffer = kBufferBytes);
  TextOutput(TextOutput&& other) noexcept;
  ~TextOutput();

  // Append here, then call Written() once a row.
  std::string& buffer() { return buffer_; }
  absl::Status Written() { return buffer_.size() < limit_ ? absl::OkStatus() : Flush(); }
  // Also reports the final error of a full disk or a closed pipe.
  absl::Status Close();

 private:
  TextOutput(FILE* file, std::string path, size_t limit);
  absl::Status Flush();

  FILE* file_;
  std::string path_;
  size_t limit_;
  std::string buffer_;
};

// A field of CSV, with quotes where it needs them (RFC 4180).
void AppendField(absl::string_view value, std::string& row);

}  // namespace blindlink::population
