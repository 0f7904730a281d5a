#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace blindlink::resolver {

// `text` so that it is text wherever it stands in a page, in an attribute's quotes too. What is not
// UTF-8, and control characters but line feed and tab, become U+FFFD. Thread-safe.
std::string EscapeHtml(absl::string_view text);

// A name that stands in the source code: no text from outside can become one.
class Literal {
 public:
  consteval Literal(const char* text) : text_(text) {}  // NOLINT(google-explicit-constructor)
  const char* text() const { return text_; }

 private:
  const char* text_;
};

// An attribute; its value is escaped.
struct Attribute {
  Literal name;
  std::string value;
};
using Attributes = std::vector<Attribute>;

// A piece of a page. The only way to put text into it is through EscapeHtml, and tags nest. Not
// thread-safe.
class Html {
 public:
  Html& Open(Literal tag, const Attributes& attributes = {});
  // Closes the innermost open tag.
  Html& Close();
  Html& Text(absl::string_view text);
  // Open, Text, Close.
  Html& Element(Literal tag, absl::string_view text, const Attributes& attributes = {});
  // A tag without content: <input>, <br>.
  Html& Void(Literal tag, const Attributes& attributes = {});
  Html& Add(const Html& piece);
  // Markup from the source code.
  Html& Markup(Literal markup);
  bool empty() const { return out_.empty(); }

  // The text, with what is still open closed.
  std::string Finish() const;

 private:
  void Tag(const char* tag, const Attributes& attributes);

  std::string out_;
  std::vector<const char*> open_;
};

}  // namespace blindlink::resolver
