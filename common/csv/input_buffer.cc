#include "common/csv/input_buffer.h"

#include <algorithm>
#include <cstring>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/parquet/parquet_table.h"

namespace blindlink {
namespace {

constexpr size_t kChunk = size_t{256} << 10;
// How much of a text BeginText looks at.
constexpr size_t kInspected = size_t{64} << 10;
constexpr size_t kParquetHead = 8;
constexpr absl::string_view kByteOrderMark = "\xef\xbb\xbf";

// The name, for iconv, of the UTF-16 that `head` is the beginning of; empty if it is none. Without
// a mark it is told by the zero bytes in every second place, which plain letters have there.
absl::string_view WhichUtf16(absl::string_view head) {
  if (absl::StartsWith(head, "\xff\xfe") || absl::StartsWith(head, "\xfe\xff")) return "UTF-16";
  size_t zeros[2] = {0, 0};
  for (size_t i = 0; i < head.size(); ++i) zeros[i % 2] += head[i] == '\0' ? 1 : 0;
  const size_t most = head.size() / 4;
  if (head.size() < 4 || zeros[0] + zeros[1] <= most) return "";
  if (zeros[0] == 0 || zeros[1] > 8 * zeros[0]) return "UTF-16LE";
  if (zeros[1] == 0 || zeros[0] > 8 * zeros[1]) return "UTF-16BE";
  return "";
}

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
  if (cr_ends_lines_) EndLines(n);
  return absl::OkStatus();
}

void InputBuffer::EndLines(size_t size) {
  const auto end = bytes_.begin() + static_cast<std::ptrdiff_t>(end_);
  std::replace(end - static_cast<std::ptrdiff_t>(size), end, '\r', '\n');
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

absl::Status InputBuffer::BeginText() {
  while (unread().size() < kInspected && !at_end_) BL_RETURN_IF_ERROR(Fill());
  if (const absl::string_view name = WhichUtf16(unread().substr(0, kInspected)); !name.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("the file is UTF-16; convert it first: iconv -f ", name, " -t UTF-8"));
  }
  // A file that is not compressed came as CSV (parquet_source.h).
  if (IsParquet(unread().substr(0, kParquetHead))) {
    return absl::InvalidArgumentError(
        "the file is Parquet, compressed as a whole: unpack it first, since Parquet is read from "
        "its "
        "end");
  }
  if (absl::StartsWith(unread(), kByteOrderMark)) Consume(kByteOrderMark.size());
  cr_ends_lines_ = absl::StrContains(unread(), '\r') && !absl::StrContains(unread(), '\n');
  if (cr_ends_lines_) EndLines(unread().size());
  return absl::OkStatus();
}

}  // namespace blindlink
