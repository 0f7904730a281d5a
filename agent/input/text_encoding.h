#pragma once

#include "absl/strings/string_view.h"

namespace blindlink::agent {

struct TextKind {
  const char* why_not = nullptr;  // "not-utf8", "nul-byte", or null if the text is usable
  bool windows_1252 = false;      // it is, and must be converted
};

// Decides row by row in which encoding a file is: UTF-8, or Windows-1252 as long as no row has
// shown that the file is UTF-8. A row that is neither is damaged, or the file is in yet another
// encoding. Not thread-safe.
class TextEncoding {
 public:
  TextKind KindOf(absl::string_view row);

 private:
  bool is_utf8_ = false;  // a row had other characters than ASCII, in UTF-8
};

}  // namespace blindlink::agent
