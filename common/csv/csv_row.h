#pragma once

#include <cstddef>
#include <vector>

#include "absl/strings/string_view.h"

namespace blindlink {

// The grammar of one CSV row: RFC 4180, with any one-byte delimiter. Pure functions of text in
// memory; thread-safe.

struct CsvDialect {
  char delimiter = ',';
  // Whether blanks around a field do not count; otherwise they belong to it.
  bool trims_blanks = true;
};

enum class CsvRowEnd {
  kComplete,
  kNeedsMore,          // `text` ends within the row
  kUnterminatedQuote,  // the file ends within a quoted field
  kStrayQuote,         // something other than a delimiter follows a closing quote
};

struct CsvRowExtent {
  CsvRowEnd end = CsvRowEnd::kNeedsMore;
  size_t size = 0;          // including its line feed
  size_t content_size = 0;  // without CR LF
  bool has_quotes = false;
};

// Where the row at the start of `text` ends. `at_end`: whether the input ends with `text`.
CsvRowExtent MeasureCsvRow(absl::string_view text, CsvDialect dialect, bool at_end);

struct CsvField {
  absl::string_view text;  // without its quotes and blanks that do not count
  bool escaped = false;    // contains doubled quotes
};

// Splits a complete row's content. Reuses `fields`.
void SplitCsvRow(absl::string_view content, CsvDialect dialect, bool has_quotes,
                 std::vector<CsvField>* fields);

// Undoubles the quotes of [text, text + size) in place and returns the new size.
size_t UndoubleQuotes(char* text, size_t size);

// The most frequent of comma, tab, ; and | outside quotes in `line`; a comma if it has none.
char SniffDelimiter(absl::string_view line);

}  // namespace blindlink
