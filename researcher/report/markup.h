#pragma once

#include <initializer_list>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace blindlink::researcher {

// Writes HTML, with SVG inside it, as well-formed XML:
//   Markup page;
//   page.Open("p", {{"class", "note"}}).Text("a < b").Close();
// All texts and attribute values are escaped; bytes that are not UTF-8 and control characters are
// replaced by U+FFFD. Names of elements and attributes must be the program's own. Not thread-safe.
class Markup {
 public:
  struct Attribute {
    absl::string_view name;
    std::string value;
  };
  using Attributes = std::initializer_list<Attribute>;

  Markup& Open(absl::string_view element, Attributes attributes = {});
  Markup& Close();
  // An element without content: <line .../>, <meta .../>.
  Markup& Empty(absl::string_view element, Attributes attributes = {});
  Markup& Text(absl::string_view text);
  // Open, Text, Close.
  Markup& Element(absl::string_view element, absl::string_view text, Attributes attributes = {});
  // A literal of the program, such as a style sheet or a document type. Not escaped.
  Markup& Literal(absl::string_view text);

  // The document. Every element must have been closed.
  std::string Finish() { return std::move(out_) + "\n"; }

 private:
  void AppendTag(absl::string_view element, Attributes attributes);

  std::string out_;
  std::vector<std::string> open_;
};

// `text` as Markup writes it.
std::string EscapeMarkup(absl::string_view text);

}  // namespace blindlink::researcher
