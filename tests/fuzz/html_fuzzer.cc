// Any bytes as text of a page: no character of it has a meaning there, it is UTF-8, and what was
// UTF-8 without control characters can be read back as it was.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "resolver/console/html.h"

namespace {

std::string Unescape(absl::string_view html) {
  return absl::StrReplaceAll(
      html, {{"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&#39;", "'"}, {"&amp;", "&"}});
}

bool HasBareMarkup(absl::string_view html) {
  if (html.find_first_of("<>\"'") != html.npos) return true;
  for (size_t at = html.find('&'); at != html.npos; at = html.find('&', at + 1)) {
    bool known = false;
    for (const absl::string_view escape : {"&lt;", "&gt;", "&quot;", "&#39;", "&amp;"}) {
      known = known || absl::StartsWith(html.substr(at), escape);
    }
    if (!known) return true;
  }
  return false;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  const std::string html = blindlink::resolver::EscapeHtml(text);
  if (HasBareMarkup(html)) std::abort();
  const std::string back = Unescape(html);
  // A second time changes nothing any more, so the first result was clean UTF-8.
  if (Unescape(blindlink::resolver::EscapeHtml(back)) != back) std::abort();
  if (back != text && !absl::StrContains(back, "\xEF\xBF\xBD")) std::abort();
  return 0;
}
