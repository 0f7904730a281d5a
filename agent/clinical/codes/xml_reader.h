#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace blindlink::agent {

// The attributes of an element; valid during the call.
class XmlAttributes {
 public:
  explicit XmlAttributes(const char** pairs) : pairs_(pairs) {}
  // Empty if there is none.
  absl::string_view Get(absl::string_view name) const;

 private:
  const char** pairs_;  // name, value, ..., null
};

class XmlHandler {
 public:
  virtual ~XmlHandler() = default;
  virtual void Begin(absl::string_view element, const XmlAttributes& attributes) = 0;
  // A piece of text within the innermost element; one text may come in several pieces.
  virtual void Text(absl::string_view text) = 0;
  virtual void End(absl::string_view element) = 0;
};

// Reads a document (at most 2 GiB). INVALID_ARGUMENT names `path` and the line of what is wrong.
// Documents that define entities are refused.
absl::Status ReadXml(absl::string_view document, const std::string& path, XmlHandler* handler);

}  // namespace blindlink::agent
