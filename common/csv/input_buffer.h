#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "common/csv/byte_source.h"

namespace blindlink {

// A row longer than this is rejected and never held in memory whole.
inline constexpr size_t kMaxRowBytes = size_t{1} << 20;

// The unread bytes of a source in one piece, so that a row can be looked at where it lies. Grows
// only as far as its reader lets unread bytes gather. Not thread-safe.
class InputBuffer {
 public:
  explicit InputBuffer(std::unique_ptr<ByteSource> source) : source_(std::move(source)) {}

  absl::string_view unread() const { return {bytes_.data() + begin_, end_ - begin_}; }
  // The same bytes; a reader may rewrite in place what it is about to consume.
  char* mutable_unread() { return bytes_.data() + begin_; }
  // Nothing more will come behind unread().
  bool at_end() const { return at_end_; }

  // Appends to unread(), or finds the end. Views of unread() are void afterwards.
  absl::Status Fill();
  void Consume(size_t size) { begin_ += size; }
  // Consumes through the next line feed or to the end, holding no more than one chunk.
  absl::Status SkipLine();

  double ShareRead() const { return source_->ShareRead(); }

 private:
  std::unique_ptr<ByteSource> source_;
  std::vector<char> bytes_;
  size_t begin_ = 0;
  size_t end_ = 0;
  bool at_end_ = false;
};

}  // namespace blindlink
