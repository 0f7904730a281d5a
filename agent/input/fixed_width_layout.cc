#include "agent/input/fixed_width_layout.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"

namespace blindlink::agent {
namespace {

constexpr size_t kLongestLine = size_t{1} << 20;
constexpr absl::string_view kHeader = "column,first,length";

absl::Status LineError(size_t line, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("line ", line, ": ", what));
}

// Reads a number from `lowest` to kLongestLine.
bool ReadSize(absl::string_view text, size_t lowest, size_t* size) {
  uint64_t number = 0;
  if (!absl::SimpleAtoi(text, &number) || number < lowest || number > kLongestLine) return false;
  *size = static_cast<size_t>(number);
  return true;
}

// Sets `*flag` to whether `value` is the first of two words. False if it is neither.
bool ReadChoice(absl::string_view value, absl::string_view yes, absl::string_view no, bool* flag) {
  *flag = value == yes;
  return value == yes || value == no;
}

class LayoutParser {
 public:
  absl::StatusOr<FixedWidthLayout> Parse(absl::string_view text) {
    size_t number = 0;
    for (absl::string_view line : absl::StrSplit(text, '\n')) {
      ++number;
      line = absl::StripAsciiWhitespace(line);
      if (line.empty() || line[0] == '#') continue;
      BL_RETURN_IF_ERROR(in_columns_ ? ReadColumn(number, line) : ReadSetting(number, line));
    }
    return Finish();
  }

 private:
  absl::Status ReadSetting(size_t number, absl::string_view line) {
    if (line == kHeader) {
      in_columns_ = true;
      return absl::OkStatus();
    }
    const std::vector<absl::string_view> pieces = absl::StrSplit(line, absl::MaxSplits('=', 1));
    const absl::string_view name = absl::StripAsciiWhitespace(pieces[0]);
    const absl::string_view value =
        pieces.size() == 2 ? absl::StripAsciiWhitespace(pieces[1]) : absl::string_view();
    if (name == "positions") {
      positions_stated_ = true;
      if (ReadChoice(value, "bytes", "characters", &layout_.in_bytes)) return absl::OkStatus();
      return LineError(number, "positions must be bytes or characters");
    }
    if (name == "trailing_blanks") {
      if (ReadChoice(value, "trimmed", "kept", &layout_.trimmed)) return absl::OkStatus();
      return LineError(number, "trailing_blanks must be kept or trimmed");
    }
    if (name == "line_length") {
      if (ReadSize(value, 1, &layout_.line_length)) return absl::OkStatus();
      return LineError(number, "line_length must be a number from 1 to 1048576");
    }
    if (name == "header_lines") {
      if (ReadSize(value, 0, &layout_.header_lines)) return absl::OkStatus();
      return LineError(number, "header_lines must be a number");
    }
    return LineError(number, absl::StrCat("neither a setting (positions, trailing_blanks, "
                                          "line_length, header_lines) nor the header \"",
                                          kHeader, "\""));
  }

  absl::Status ReadColumn(size_t number, absl::string_view line) {
    const std::vector<absl::string_view> cells = absl::StrSplit(line, ',');
    FixedWidthLayout::Column column;
    const bool three = cells.size() == 3;
    if (three) column.name = std::string(absl::StripAsciiWhitespace(cells[0]));
    if (!three || column.name.empty() || !ReadSize(cells[1], 1, &column.first) ||
        !ReadSize(cells[2], 1, &column.length)) {
      return LineError(number, absl::StrCat("must be ", kHeader, ", as in record_id,1,10"));
    }
    --column.first;
    if (std::any_of(layout_.columns.begin(), layout_.columns.end(),
                    [&](const auto& other) { return other.name == column.name; })) {
      return LineError(number, "a second column of this name");
    }
    end_ = std::max(end_, column.first + column.length);
    layout_.columns.push_back(std::move(column));
    return absl::OkStatus();
  }

  absl::StatusOr<FixedWidthLayout> Finish() {
    if (!positions_stated_) {
      return absl::InvalidArgumentError(
          "does not say what positions count: add the line positions=bytes or "
          "positions=characters");
    }
    if (layout_.columns.empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat("has no columns: add the line ", kHeader, " and one line for each column"));
    }
    if (layout_.line_length == 0) layout_.line_length = end_;
    if (layout_.line_length < end_) {
      return absl::InvalidArgumentError(absl::StrCat("line_length is ", layout_.line_length,
                                                     ", but the last column ends at ", end_));
    }
    return std::move(layout_);
  }

  FixedWidthLayout layout_;
  bool in_columns_ = false;
  bool positions_stated_ = false;
  size_t end_ = 0;  // of the last column
};

}  // namespace

absl::StatusOr<FixedWidthLayout> ParseFixedWidthLayout(absl::string_view text) {
  return LayoutParser().Parse(text);
}

absl::StatusOr<FixedWidthLayout> ReadFixedWidthLayout(const std::string& path) {
  BL_ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  absl::StatusOr<FixedWidthLayout> layout = ParseFixedWidthLayout(text);
  if (layout.ok()) return layout;
  return absl::Status(layout.status().code(), absl::StrCat(path, ": ", layout.status().message()));
}

}  // namespace blindlink::agent
