#include "agent/input/json_lines_reader.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/status_macros.h"

namespace blindlink::agent {
namespace {

using simdjson::dom::element_type;

// Columns are top-level members and those one level below.
constexpr int kMaxDepth = 1;
// Hostile input must not grow the table of columns without limit.
constexpr size_t kMaxColumns = 10'000;

absl::string_view View(std::string_view text) { return {text.data(), text.size()}; }

// The text of a string member; empty if there is no such member.
absl::string_view StringMember(const simdjson::dom::object& object, std::string_view name) {
  std::string_view text;
  if (object.at_key(name).get_string().get(text) != simdjson::SUCCESS) return {};
  return View(text);
}

bool HasNul(const Row& row) {
  return std::any_of(row.cells.begin(), row.cells.end(),
                     [](const RowCell& cell) { return absl::StrContains(cell.text, '\0'); });
}

}  // namespace

absl::StatusOr<bool> JsonLinesReader::Next(Row* row) {
  simdjson::dom::object object;
  while (true) {
    BL_ASSIGN_OR_RETURN(const bool found, objects_.Next(&object));
    if (!found) return false;
    row->number = objects_.rows_read();
    row->cells.clear();
    made_texts_.clear();
    AddObject(object, row);
    if (!HasNul(*row)) return true;
    objects_.Reject("nul-byte");
  }
}

void JsonLinesReader::AddObject(const simdjson::dom::object& object, Row* row) {
  for (const simdjson::dom::key_value_pair member : object) {
    AddMember(View(member.key), member.value, 0, row);
  }
}

void JsonLinesReader::AddMember(absl::string_view name, simdjson::dom::element value, int depth,
                                Row* row) {
  if (simdjson::dom::object object; value.get_object().get(object) == simdjson::SUCCESS) {
    AddInnerObject(name, object, depth, row);
    return;
  }
  simdjson::dom::array array;
  if (value.get_array().get(array) != simdjson::SUCCESS) return AddScalar(name, value, row);
  if (absl::EndsWith(name, ".line")) {
    std::vector<absl::string_view> lines;
    for (const simdjson::dom::element line : array) {
      std::string_view text;
      if (line.get_string().get(text) == simdjson::SUCCESS) lines.push_back(View(text));
    }
    return AddText(name, made_texts_.emplace_back(absl::StrJoin(lines, ", ")), row);
  }
  for (const simdjson::dom::element each : array) {
    if (simdjson::dom::object object; each.get_object().get(object) == simdjson::SUCCESS) {
      AddInnerObject(name, object, depth, row);
    } else {
      AddScalar(name, each, row);
    }
  }
}

void JsonLinesReader::AddInnerObject(absl::string_view outer, const simdjson::dom::object& object,
                                     int depth, Row* row) {
  if (depth >= kMaxDepth) return;
  const absl::string_view system = StringMember(object, "system");
  const absl::string_view value = StringMember(object, "value");
  if (!system.empty() && !value.empty()) {
    return AddText(absl::StrCat(outer, ".", system), value, row);
  }
  for (const simdjson::dom::key_value_pair member : object) {
    AddMember(absl::StrCat(outer, ".", View(member.key)), member.value, depth + 1, row);
  }
}

void JsonLinesReader::AddScalar(absl::string_view name, simdjson::dom::element value, Row* row) {
  switch (value.type()) {
    case element_type::STRING:
      return AddText(name, View(value.get_string().value_unsafe()), row);
    case element_type::BOOL:
    case element_type::INT64:
    case element_type::UINT64:
    case element_type::DOUBLE:
      return AddText(name, made_texts_.emplace_back(simdjson::to_string(value)), row);
    case element_type::NULL_VALUE:
    case element_type::ARRAY:
    case element_type::OBJECT:
      return;
  }
}

void JsonLinesReader::AddText(absl::string_view name, absl::string_view text, Row* row) {
  auto found = column_of_.find(name);
  if (found == column_of_.end()) {
    if (columns_.size() >= kMaxColumns) return;
    found = column_of_.emplace(std::string(name), columns_.size()).first;
    columns_.emplace_back(name);
  }
  row->cells.push_back({found->second, absl::StripAsciiWhitespace(text)});
}

}  // namespace blindlink::agent
