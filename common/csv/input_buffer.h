#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "common/csv/byte_source.h"

namespace blindlink {

// A row longer than this is rejected, and never held in memory as a whole. Notes of a megabyte
// occur.
inline constexpr size_t kMaxRowBytes = size_t{16} << 20;

// The unread bytes of a source in one piece, so that a row can be read in place. Grows only as far
// as its reader lets unread bytes accumulate. Not thread-safe.
class InputBuffer {
 public:
  explicit InputBuffer(std::unique_ptr<ByteSource> source) : source_(std::move(source)) {}

  absl::string_view unread() const { return {bytes_.data() + begin_, end_ - begin_}; }
  // The same bytes. A reader may rewrite what it is about to consume.
  char* mutable_unread() { return bytes_.data() + begin_; }
  // Whether nothing follows unread().
  bool at_end() const { return at_end_; }

  // Appends to unread(), or finds the end of the input. Invalidates views of unread().
  absl::Status Fill();
  void Consume(size_t size) { begin_ += size; }
  // Consumes through the next line feed or to the end, holding no more than one chunk.
  absl::Status SkipLine();
  // Consumes carriage returns and line feeds. Unless the input ends there, unread() then begins
  // with something else.
  absl::Status SkipEmptyLines() { return SkipAny("\r\n"); }
  // The same for any of `characters`.
  absl::Status SkipAny(absl::string_view characters);
  // Call it first. Inspects the beginning of the text: consumes a UTF-8 byte order mark, and turns
  // carriage returns into line feeds, from here to the end, if they alone end its lines (as on the
  // old Macintosh). INVALID_ARGUMENT, with what to do, if it is UTF-16.
  absl::Status BeginText();

  double ShareRead() const { return source_->ShareRead(); }

 private:
  // Turns the carriage returns of the last `size` bytes into line feeds.
  void EndLines(size_t size);

  std::unique_ptr<ByteSource> source_;
  std::vector<char> bytes_;
  size_t begin_ = 0;
  size_t end_ = 0;
  bool at_end_ = false;
  bool cr_ends_lines_ = false;
};

}  // namespace blindlink
