#include "resolver/console/html.h"

#include <cstdint>

namespace blindlink::resolver {
namespace {

constexpr absl::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

// The length of the UTF-8 character at the beginning of `text`; 0 if there is none (RFC 3629: the
// shortest form, no surrogates, nothing above U+10FFFF).
size_t CharacterLength(absl::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t first = byte(0);
  if (first < 0x80) return 1;
  const size_t length = first < 0xC2   ? 0
                        : first < 0xE0 ? 2
                        : first < 0xF0 ? 3
                        : first < 0xF5 ? 4
                                       : 0;
  if (length == 0 || text.size() < length) return 0;
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  const uint8_t second = byte(1);
  const bool bad = (first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F) ||
                   (first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F);
  return bad ? 0 : length;
}

absl::string_view EscapeOf(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default:
      return {};
  }
}

bool IsControl(char c) {
  const auto byte = static_cast<uint8_t>(c);
  return (byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7F;
}

}  // namespace

std::string EscapeHtml(absl::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const size_t length = CharacterLength(text);
    const absl::string_view escape = length == 1 ? EscapeOf(text[0]) : absl::string_view();
    if (length == 0 || (length == 1 && IsControl(text[0]))) {
      absl::StrAppend(&out, kReplacement);
    } else {
      absl::StrAppend(&out, escape.empty() ? text.substr(0, length) : escape);
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return out;
}

void Html::Tag(const char* tag, const Attributes& attributes) {
  absl::StrAppend(&out_, "<", tag);
  for (const Attribute& attribute : attributes) {
    absl::StrAppend(&out_, " ", attribute.name.text(), "=\"", EscapeHtml(attribute.value), "\"");
  }
  absl::StrAppend(&out_, ">");
}

Html& Html::Open(Literal tag, const Attributes& attributes) {
  Tag(tag.text(), attributes);
  open_.push_back(tag.text());
  return *this;
}

Html& Html::Close() {
  if (open_.empty()) return *this;
  absl::StrAppend(&out_, "</", open_.back(), ">");
  open_.pop_back();
  return *this;
}

Html& Html::Text(absl::string_view text) {
  absl::StrAppend(&out_, EscapeHtml(text));
  return *this;
}

Html& Html::Element(Literal tag, absl::string_view text, const Attributes& attributes) {
  return Open(tag, attributes).Text(text).Close();
}

Html& Html::Void(Literal tag, const Attributes& attributes) {
  Tag(tag.text(), attributes);
  return *this;
}

Html& Html::Add(const Html& piece) {
  absl::StrAppend(&out_, piece.Finish());
  return *this;
}

Html& Html::Markup(Literal markup) {
  absl::StrAppend(&out_, markup.text());
  return *this;
}

std::string Html::Finish() const {
  std::string out = out_;
  for (size_t i = open_.size(); i > 0; --i) absl::StrAppend(&out, "</", open_[i - 1], ">");
  return out;
}

}  // namespace blindlink::resolver
