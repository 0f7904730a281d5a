#include "common/csv/csv_writer.h"

namespace blindlink {
namespace {

bool NeedsQuotes(absl::string_view field) {
  if (field.empty()) return false;
  if (field.find_first_of(",\"\r\n") != absl::string_view::npos) return true;
  // Some readers trim fields that are not quoted.
  return field.front() == ' ' || field.back() == ' ' || field.front() == '\t' ||
         field.back() == '\t';
}

void AppendField(absl::string_view field, std::string* out) {
  if (!NeedsQuotes(field)) {
    out->append(field.data(), field.size());
    return;
  }
  out->push_back('"');
  for (const char c : field) {
    if (c == '"') out->push_back('"');
    out->push_back(c);
  }
  out->push_back('"');
}

}  // namespace

void AppendCsvRow(absl::Span<const absl::string_view> fields, std::string* out) {
  if (fields.size() == 1 && fields[0].empty()) out->append("\"\"");
  for (size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) out->push_back(',');
    AppendField(fields[i], out);
  }
  out->push_back('\n');
}

}  // namespace blindlink
