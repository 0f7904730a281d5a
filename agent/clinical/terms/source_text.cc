#include "agent/clinical/terms/source_text.h"

#include "absl/strings/ascii.h"

namespace blindlink::agent {

std::string WithoutBrackets(absl::string_view text) {
  std::string out;
  int depth = 0;
  for (const char c : text) {
    if (c == '(' || c == '[') ++depth;
    if (depth == 0) out.push_back(c);
    if ((c == ')' || c == ']') && depth > 0) --depth;
  }
  absl::RemoveExtraAsciiWhitespace(&out);
  return out;
}

std::vector<std::string> InBrackets(absl::string_view text) {
  std::vector<std::string> out;
  for (size_t begin = text.find('('); begin != absl::string_view::npos;
       begin = text.find('(', begin + 1)) {
    const size_t end = text.find(')', begin);
    if (end == absl::string_view::npos) break;
    out.emplace_back(text.substr(begin + 1, end - begin - 1));
  }
  return out;
}

}  // namespace blindlink::agent
