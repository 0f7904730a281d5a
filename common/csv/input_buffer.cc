#include "common/csv/input_buffer.h"

#include <algorithm>
#include <cstring>

#include "absl/strings/match.h"
#include "common/base/status_macros.h"

namespace blindlink {
namespace {

constexpr size_t kChunk = size_t{256} << 10;
constexpr absl::string_view kByteOrderMark = "\xef\xbb\xbf";

}  // namespace

absl::Status InputBuffer::Fill() {
  if (at_end_) return absl::OkStatus();
  if (begin_ > 0) {
    std::memmove(bytes_.data(), bytes_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  // At least half of the buffer is free for reading, so that a long row is not moved repeatedly.
  if (bytes_.size() < end_ * 2 || bytes_.empty()) {
    bytes_.resize(std::max(kChunk, bytes_.size() * 2));
  }
  BL_ASSIGN_OR_RETURN(const size_t n, source_->Read(bytes_.data() + end_, bytes_.size() - end_));
  if (n == 0) at_end_ = true;
  end_ += n;
  return absl::OkStatus();
}

absl::Status InputBuffer::SkipLine() {
  while (true) {
    const size_t line_feed = unread().find('\n');
    if (line_feed != absl::string_view::npos) {
      Consume(line_feed + 1);
      return absl::OkStatus();
    }
    Consume(unread().size());
    if (at_end_) return absl::OkStatus();
    BL_RETURN_IF_ERROR(Fill());
  }
}

absl::Status InputBuffer::SkipAny(absl::string_view characters) {
  while (true) {
    const size_t other = unread().find_first_not_of(characters);
    Consume(std::min(other, unread().size()));
    if (!unread().empty() || at_end_) return absl::OkStatus();
    BL_RETURN_IF_ERROR(Fill());
  }
}

absl::Status InputBuffer::SkipByteOrderMark() {
  while (unread().size() < kByteOrderMark.size() && !at_end_) BL_RETURN_IF_ERROR(Fill());
  if (absl::StartsWith(unread(), kByteOrderMark)) Consume(kByteOrderMark.size());
  return absl::OkStatus();
}

}  // namespace blindlink
