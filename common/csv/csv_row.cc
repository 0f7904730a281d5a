#include "common/csv/csv_row.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace blindlink {
namespace {

constexpr size_t kNone = absl::string_view::npos;

// Whether `c` does not count around a field.
bool IsBlank(char c, CsvDialect dialect) {
  return dialect.trims_blanks && (c == ' ' || c == '\t') && c != dialect.delimiter;
}

size_t SkipBlanks(absl::string_view text, size_t at, CsvDialect dialect) {
  while (at < text.size() && IsBlank(text[at], dialect)) ++at;
  return at;
}

absl::string_view TrimBlanks(absl::string_view text, CsvDialect dialect) {
  while (!text.empty() && IsBlank(text.front(), dialect)) text.remove_prefix(1);
  while (!text.empty() && IsBlank(text.back(), dialect)) text.remove_suffix(1);
  return text;
}

// The closing quote of a field whose text begins at `at`; kNone if `text` has none.
size_t FindClosingQuote(absl::string_view text, size_t at, bool* escaped) {
  while (true) {
    const size_t quote = text.find('"', at);
    if (quote == kNone || quote + 1 >= text.size() || text[quote + 1] != '"') return quote;
    *escaped = true;
    at = quote + 2;
  }
}

CsvRowExtent Complete(absl::string_view text, size_t content_size, bool has_quotes) {
  const size_t size = std::min(content_size + 1, text.size());
  if (content_size > 0 && text[content_size - 1] == '\r') --content_size;
  return {CsvRowEnd::kComplete, size, content_size, has_quotes};
}

CsvRowExtent MeasureQuotedRow(absl::string_view text, CsvDialect dialect, bool at_end) {
  size_t at = 0;
  while (true) {
    at = SkipBlanks(text, at, dialect);
    if (at < text.size() && text[at] == '"') {
      bool escaped = false;
      const size_t quote = FindClosingQuote(text, at + 1, &escaped);
      if (quote == kNone) return {at_end ? CsvRowEnd::kUnterminatedQuote : CsvRowEnd::kNeedsMore};
      at = SkipBlanks(text, quote + 1, dialect);
      if (at + 1 < text.size() && text[at] == '\r' && text[at + 1] == '\n') ++at;
      if (at >= text.size() || (text[at] == '\r' && at + 1 == text.size())) {
        return at_end ? Complete(text, text.size(), true) : CsvRowExtent{};
      }
      if (text[at] != dialect.delimiter && text[at] != '\n') return {CsvRowEnd::kStrayQuote};
    } else {
      while (at < text.size() && text[at] != dialect.delimiter && text[at] != '\n') ++at;
      if (at == text.size()) return at_end ? Complete(text, at, true) : CsvRowExtent{};
    }
    if (text[at] == '\n') return Complete(text, at, true);
    ++at;
  }
}

void SplitUnquoted(absl::string_view content, CsvDialect dialect, std::vector<CsvField>* fields) {
  while (true) {
    const size_t end = content.find(dialect.delimiter);
    fields->push_back({TrimBlanks(content.substr(0, end), dialect)});
    if (end == kNone) return;
    content.remove_prefix(end + 1);
  }
}

}  // namespace

CsvRowExtent MeasureCsvRow(absl::string_view text, CsvDialect dialect, bool at_end) {
  const size_t line_feed = text.find('\n');
  if (line_feed == kNone && !at_end) return {};
  const size_t line_size = line_feed == kNone ? text.size() : line_feed;
  // Most rows have no quotes; only rows with quotes are read byte by byte.
  if (std::memchr(text.data(), '"', line_size) == nullptr) return Complete(text, line_size, false);
  return MeasureQuotedRow(text, dialect, at_end);
}

void SplitCsvRow(absl::string_view content, CsvDialect dialect, bool has_quotes,
                 std::vector<CsvField>* fields) {
  fields->clear();
  if (!has_quotes) return SplitUnquoted(content, dialect, fields);
  size_t at = 0;
  while (true) {
    at = SkipBlanks(content, at, dialect);
    if (at < content.size() && content[at] == '"') {
      CsvField field;
      const size_t quote = FindClosingQuote(content, at + 1, &field.escaped);
      field.text = content.substr(at + 1, quote - at - 1);
      fields->push_back(field);
      at = content.find(dialect.delimiter, quote);
    } else {
      const size_t end = content.find(dialect.delimiter, at);
      fields->push_back({TrimBlanks(content.substr(at, end - at), dialect)});
      at = end;
    }
    if (at == kNone) return;
    ++at;
  }
}

size_t UndoubleQuotes(char* text, size_t size) {
  size_t out = 0;
  for (size_t in = 0; in < size; ++in) {
    text[out++] = text[in];
    if (text[in] == '"') ++in;
  }
  return out;
}

char SniffDelimiter(absl::string_view line) {
  constexpr std::array<char, 4> kCandidates = {',', '\t', ';', '|'};
  std::array<size_t, 4> counts = {};
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    for (size_t i = 0; i < kCandidates.size(); ++i) counts[i] += c == kCandidates[i] ? 1 : 0;
  }
  return kCandidates[std::max_element(counts.begin(), counts.end()) - counts.begin()];
}

}  // namespace blindlink
