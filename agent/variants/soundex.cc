#include "agent/variants/soundex.h"

#include "agent/standardize/text/text.h"

namespace blindlink::agent {

std::string Soundex(absl::string_view name) {
  if (!IsLatinLetters(name)) return "";
  // The digits for A to Z. '0' is a vowel, which separates equal digits, unlike H and W.
  constexpr absl::string_view kCodes = "01230120022455012623010202";
  std::string code(1, name[0]);
  char previous = kCodes[static_cast<size_t>(name[0] - 'A')];
  for (size_t i = 1; i < name.size() && code.size() < 4; ++i) {
    if (name[i] == 'H' || name[i] == 'W') continue;
    const char digit = kCodes[static_cast<size_t>(name[i] - 'A')];
    if (digit != '0' && digit != previous) code.push_back(digit);
    previous = digit;
  }
  code.resize(4, '0');
  return code;
}

}  // namespace blindlink::agent
