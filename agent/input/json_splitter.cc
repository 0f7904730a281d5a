#include "agent/input/json_splitter.h"

#include "common/base/status_macros.h"

namespace blindlink::agent {
namespace {

constexpr absl::string_view kEntry = "entry";
// The depth of the objects in a document's array.
constexpr size_t kEntryDepth = 3;

}  // namespace

JsonSplitter::Event JsonSplitter::Step(char c) {
  if (in_string_) {
    if (!escaped_ && c == '"') {
      in_string_ = false;
    } else if (depth_ == 1 && member_.size() <= kEntry.size()) {
      member_.push_back(c);
    }
    escaped_ = !escaped_ && c == '\\';
    return Event::kNone;
  }
  switch (c) {
    case '"':
      in_string_ = depth_ > 0;
      if (depth_ == 1) member_.clear();
      return Event::kNone;
    case '{':
      ++depth_;
      return depth_ == 1 || (in_entries_ && depth_ == kEntryDepth) ? Event::kBegin : Event::kNone;
    case '[':
      ++depth_;
      if (depth_ != kEntryDepth - 1 || member_ != kEntry) return Event::kNone;
      in_entries_ = true;
      return Event::kEntries;
    case '}':
    case ']':
      if (depth_ == 0) return Event::kNone;
      --depth_;
      if (depth_ == 1) in_entries_ = false;
      return depth_ == 0 || (in_entries_ && depth_ == kEntryDepth - 1) ? Event::kEnd : Event::kNone;
    default:
      return Event::kNone;
  }
}

JsonSplitter::Found JsonSplitter::AtEnd() {
  if (depth_ == 0) return Found::kEnd;
  depth_ = 0;
  in_string_ = false;
  const bool within = collecting_;
  collecting_ = false;
  buffer_.Consume(buffer_.unread().size());
  position_ = 0;
  return within ? Found::kCutOff : Found::kCutOffBetween;
}

absl::StatusOr<JsonSplitter::Found> JsonSplitter::Next(absl::string_view* text) {
  while (true) {
    if (position_ == buffer_.unread().size()) {
      if (!collecting_) {
        buffer_.Consume(position_);
        position_ = 0;
      }
      if (buffer_.at_end()) return AtEnd();
      BL_RETURN_IF_ERROR(buffer_.Fill());
      continue;
    }
    if (collecting_ && position_ == kMaxRowBytes) {
      collecting_ = false;
      return Found::kTooLong;
    }
    switch (Step(buffer_.unread()[position_++])) {
      case Event::kNone:
        break;
      case Event::kBegin:
        buffer_.Consume(position_ - 1);
        position_ = 1;
        collecting_ = true;
        break;
      case Event::kEntries:
        collecting_ = false;
        break;
      case Event::kEnd:
        if (!collecting_) break;
        *text = buffer_.unread().substr(0, position_);
        buffer_.Consume(position_);
        position_ = 0;
        collecting_ = false;
        return Found::kText;
    }
  }
}

}  // namespace blindlink::agent
