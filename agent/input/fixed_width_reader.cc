#include "agent/input/fixed_width_reader.h"

#include <algorithm>

#include "absl/memory/memory.h"
#include "absl/strings/ascii.h"
#include "absl/strings/strip.h"
#include "common/base/status_macros.h"
#include "common/csv/windows1252.h"

namespace blindlink::agent {
namespace {

// Whether a byte goes on with a character of UTF-8.
bool Continues(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

}  // namespace

FixedWidthReader::FixedWidthReader(FixedWidthLayout layout, InputBuffer buffer, RejectLog* rejects)
    : layout_(std::move(layout)), buffer_(std::move(buffer)), rejects_(rejects) {
  for (const FixedWidthLayout::Column& column : layout_.columns) columns_.push_back(column.name);
}

absl::StatusOr<std::unique_ptr<RowReader>> FixedWidthReader::Open(FixedWidthLayout layout,
                                                                  InputBuffer buffer,
                                                                  RejectLog* rejects) {
  auto reader =
      absl::WrapUnique(new FixedWidthReader(std::move(layout), std::move(buffer), rejects));
  for (; reader->lines_ < reader->layout_.header_lines; ++reader->lines_) {
    BL_RETURN_IF_ERROR(reader->buffer_.SkipLine());
  }
  return reader;
}

absl::StatusOr<bool> FixedWidthReader::NextLine(absl::string_view* line) {
  while (true) {
    const absl::string_view text = buffer_.unread().substr(0, kMaxRowBytes);
    const size_t line_feed = text.find('\n');
    const bool complete = line_feed != absl::string_view::npos;
    if (!complete && text.size() == kMaxRowBytes) {
      ++lines_;
      ++rows_read_;
      Reject("row-too-long");
      BL_RETURN_IF_ERROR(buffer_.SkipLine());
      continue;
    }
    if (!complete && !buffer_.at_end()) {
      BL_RETURN_IF_ERROR(buffer_.Fill());
      continue;
    }
    if (text.empty()) return false;
    ++lines_;
    *line = absl::StripSuffix(text.substr(0, line_feed), "\r");
    line_ended_ = complete;
    buffer_.Consume(complete ? line_feed + 1 : text.size());
    // The last line of files from MS-DOS is a lone end-of-file character.
    const bool blank = absl::StripAsciiWhitespace(*line).empty() || *line == "\x1a";
    if (!blank) return true;
  }
}

absl::StatusOr<bool> FixedWidthReader::Next(Row* row) {
  absl::string_view line;
  while (true) {
    BL_ASSIGN_OR_RETURN(const bool more, NextLine(&line));
    if (!more) return false;
    ++rows_read_;
    row->number = lines_;
    const char* const reason = Split(line, row);
    if (reason == nullptr) return true;
    Reject(reason);
  }
}

size_t FixedWidthReader::FindPositions(absl::string_view line, bool in_bytes) {
  positions_.clear();
  for (size_t i = 0; i < line.size(); ++i) {
    if (in_bytes || !Continues(line[i])) positions_.push_back(i);
  }
  positions_.push_back(line.size());
  return positions_.size() - 1;
}

const char* FixedWidthReader::Split(absl::string_view line, Row* row) {
  const TextKind kind = encoding_.KindOf(line);
  if (kind.why_not != nullptr) return kind.why_not;
  const bool in_bytes = layout_.in_bytes && !kind.windows_1252;
  if (kind.windows_1252) {
    // One byte is one character there.
    rejects_->Add({lines_, "", "read-as-windows-1252"}, /*whole_row=*/false);
    converted_ = Windows1252ToUtf8(line);
    line = converted_;
  }
  const size_t length = FindPositions(line, in_bytes);
  if (length < layout_.line_length) {
    if (!layout_.trimmed) return "line-too-short";
    // Whether blanks or the rest of the file are missing, nobody can tell.
    if (!line_ended_) return "truncated-line";
  }
  const absl::string_view rest = line.substr(positions_[std::min(length, layout_.line_length)]);
  if (!absl::StripAsciiWhitespace(rest).empty()) return "line-too-long";
  row->cells.clear();
  for (size_t i = 0; i < layout_.columns.size(); ++i) {
    const FixedWidthLayout::Column& column = layout_.columns[i];
    const size_t begin = positions_[std::min(column.first, length)];
    const size_t end = positions_[std::min(column.first + column.length, length)];
    const bool cut = (begin < line.size() && Continues(line[begin])) ||
                     (end < line.size() && Continues(line[end]));
    if (cut) return "cuts-a-character";
    row->cells.push_back({i, absl::StripAsciiWhitespace(line.substr(begin, end - begin))});
  }
  return nullptr;
}

void FixedWidthReader::Reject(const char* reason) {
  rejects_->Add({lines_, "", reason}, /*whole_row=*/true);
}

}  // namespace blindlink::agent
