#include "agent/variants/nysiis.h"

#include "absl/strings/match.h"
#include "agent/standardize/text/text.h"

namespace blindlink::agent {
namespace {

struct Replacement {
  absl::string_view from, to;
};

bool IsVowel(char c) { return absl::string_view("AEIOU").find(c) != absl::string_view::npos; }

void ReplaceStart(std::string* name) {
  constexpr Replacement kStarts[] = {{"MAC", "MCC"}, {"KN", "NN"}, {"K", "C"},
                                     {"PH", "FF"},   {"PF", "FF"}, {"SCH", "SSS"}};
  for (const Replacement& start : kStarts) {
    if (!absl::StartsWith(*name, start.from)) continue;
    name->replace(0, start.from.size(), start.to.data(), start.to.size());
    return;
  }
}

void ReplaceEnd(std::string* name) {
  constexpr Replacement kEnds[] = {{"EE", "Y"}, {"IE", "Y"}, {"DT", "D"}, {"RT", "D"},
                                   {"RD", "D"}, {"NT", "D"}, {"ND", "D"}};
  for (const Replacement& end : kEnds) {
    if (!absl::EndsWith(*name, end.from)) continue;
    name->replace(name->size() - end.from.size(), end.from.size(), end.to.data(), end.to.size());
    return;
  }
}

// The code for the letter at `i`. It overwrites that letter, and the following ones if it is
// longer, because later steps must see the replaced letters.
std::string Transcode(absl::string_view name, size_t i) {
  const absl::string_view rest = name.substr(i);
  const char previous = name[i - 1];
  const char next = rest.size() > 1 ? rest[1] : ' ';
  if (absl::StartsWith(rest, "EV")) return "AF";
  if (IsVowel(rest[0])) return "A";
  switch (rest[0]) {
    case 'Q':
      return "G";
    case 'Z':
      return "S";
    case 'M':
      return "N";
    case 'K':
      return next == 'N' ? "NN" : "C";
    default:
      break;
  }
  if (absl::StartsWith(rest, "SCH")) return "SSS";
  if (absl::StartsWith(rest, "PH")) return "FF";
  if (rest[0] == 'H' && (!IsVowel(previous) || !IsVowel(next))) return std::string(1, previous);
  if (rest[0] == 'W' && IsVowel(previous)) return std::string(1, previous);
  return std::string(1, rest[0]);
}

}  // namespace

std::string Nysiis(absl::string_view text) {
  if (!IsLatinLetters(text)) return "";
  std::string name(text);
  ReplaceStart(&name);
  ReplaceEnd(&name);
  std::string code(1, name[0]);
  for (size_t i = 1; i < name.size(); ++i) {
    const std::string letters = Transcode(name, i);
    name.replace(i, letters.size(), letters);
    if (name[i] != name[i - 1]) code.push_back(name[i]);
  }
  if (code.size() > 1 && code.back() == 'S') code.pop_back();
  if (code.size() > 2 && absl::EndsWith(code, "AY")) code.erase(code.size() - 2, 1);
  if (code.size() > 1 && code.back() == 'A') code.pop_back();
  return code;
}

}  // namespace blindlink::agent
