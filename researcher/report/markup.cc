#include "researcher/report/markup.h"

#include <unicode/utf8.h>

#include <utility>

#include "absl/strings/str_cat.h"

namespace blindlink::researcher {
namespace {

constexpr absl::string_view kReplacement = "\xef\xbf\xbd";

bool IsAllowed(UChar32 c) {
  if (c == '\t' || c == '\n') return true;
  return c >= 0x20 && c != 0x7f && c != 0xfffe && c != 0xffff;
}

}  // namespace

std::string EscapeMarkup(absl::string_view text) {
  std::string out;
  const auto size = static_cast<int32_t>(text.size());
  for (int32_t at = 0; at < size;) {
    const int32_t begin = at;
    UChar32 c = 0;
    U8_NEXT(text.data(), at, size, c);
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '"') {
      out += "&quot;";
    } else if (c == '\'') {
      out += "&#39;";
    } else if (!IsAllowed(c)) {
      absl::StrAppend(&out, kReplacement);
    } else {
      absl::StrAppend(&out,
                      text.substr(static_cast<size_t>(begin), static_cast<size_t>(at - begin)));
    }
  }
  return out;
}

Markup& Markup::Open(absl::string_view element, Attributes attributes) {
  AppendTag(element, attributes);
  out_ += ">";
  open_.emplace_back(element);
  return *this;
}

Markup& Markup::Close() {
  absl::StrAppend(&out_, "</", open_.back(), ">\n");
  open_.pop_back();
  return *this;
}

Markup& Markup::Empty(absl::string_view element, Attributes attributes) {
  AppendTag(element, attributes);
  out_ += "/>";
  return *this;
}

Markup& Markup::Text(absl::string_view text) {
  out_ += EscapeMarkup(text);
  return *this;
}

Markup& Markup::Element(absl::string_view element, absl::string_view text, Attributes attributes) {
  return Open(element, attributes).Text(text).Close();
}

Markup& Markup::Literal(absl::string_view text) {
  absl::StrAppend(&out_, text);
  return *this;
}

void Markup::AppendTag(absl::string_view element, Attributes attributes) {
  absl::StrAppend(&out_, "<", element);
  for (const Attribute& attribute : attributes) {
    absl::StrAppend(&out_, " ", attribute.name, "=\"", EscapeMarkup(attribute.value), "\"");
  }
}

}  // namespace blindlink::researcher
