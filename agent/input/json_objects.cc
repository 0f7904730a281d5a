#include "agent/input/json_objects.h"

#include "absl/strings/ascii.h"
#include "common/base/status_macros.h"
#include "common/csv/windows1252.h"

namespace blindlink::agent {

absl::StatusOr<bool> JsonObjects::NextLine(absl::string_view* line) {
  while (true) {
    const absl::string_view text = buffer_.unread().substr(0, kMaxRowBytes);
    const size_t line_feed = text.find('\n');
    const bool complete = line_feed != absl::string_view::npos;
    if (!complete && text.size() == kMaxRowBytes) {
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
    *line = absl::StripAsciiWhitespace(text.substr(0, line_feed));
    buffer_.Consume(complete ? line_feed + 1 : text.size());
    if (!line->empty()) return true;
  }
}

absl::StatusOr<bool> JsonObjects::Next(simdjson::dom::object* object) {
  absl::string_view line;
  while (true) {
    BL_ASSIGN_OR_RETURN(const bool found, NextLine(&line));
    if (!found) return false;
    ++rows_read_;
    const char* reason = Parse(line, object);
    if (reason == nullptr) return true;
    Reject(reason);
  }
}

void JsonObjects::Reject(const char* reason) {
  rejects_->Add({rows_read_, "", reason}, /*whole_row=*/true);
}

const char* JsonObjects::Parse(absl::string_view line, simdjson::dom::object* object) {
  const TextKind kind = encoding_.KindOf(line);
  if (kind.windows_1252) {
    converted_ = Windows1252ToUtf8(line);
    line = converted_;
    rejects_->Add({rows_read_, "", "read-as-windows-1252"}, /*whole_row=*/false);
  }
  simdjson::dom::element document;
  const simdjson::error_code error = parser_.parse(line.data(), line.size()).get(document);
  if (error == simdjson::UTF8_ERROR) return "not-utf8";
  if (error != simdjson::SUCCESS) return "malformed-json";
  return document.get_object().get(*object) == simdjson::SUCCESS ? nullptr : "not-an-object";
}

}  // namespace blindlink::agent
