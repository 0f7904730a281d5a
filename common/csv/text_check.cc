#include "common/csv/text_check.h"

#include <cstring>

#include "simdjson.h"

namespace blindlink {

const char* WhyNotUsable(absl::string_view text) {
  if (!simdjson::validate_utf8(text.data(), text.size())) return "not-utf8";
  if (!text.empty() && std::memchr(text.data(), '\0', text.size()) != nullptr) return "nul-byte";
  return nullptr;
}

}  // namespace blindlink
