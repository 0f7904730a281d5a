#include "agent/input/text_encoding.h"

#include "absl/strings/match.h"
#include "common/csv/text_check.h"
#include "common/csv/windows1252.h"

namespace blindlink::agent {

TextKind TextEncoding::KindOf(absl::string_view row) {
  const char* const why_not = WhyNotUsable(row);
  if (why_not == nullptr) {
    if (!is_utf8_) is_utf8_ = !IsAscii(row);
    return {};
  }
  if (is_utf8_ || absl::StrContains(row, '\0') || !LooksLikeWindows1252(row)) return {why_not};
  return {nullptr, /*windows_1252=*/true};
}

}  // namespace blindlink::agent
