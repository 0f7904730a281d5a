#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "agent/clinical/terms/term_dictionary.h"

namespace blindlink::agent {
namespace {

// Whether a title names the side. "Unspecified side" and the like do not count.
bool NamesSide(absl::string_view title, Side side) {
  switch (side) {
    case Side::kRight:
      return absl::StrContains(title, "right");
    case Side::kLeft:
      return absl::StrContains(title, "left");
    case Side::kBoth:
      return absl::StrContains(title, "bilateral");
    default:
      return false;
  }
}

size_t CountOf(absl::string_view word, absl::string_view text) {
  size_t count = 0;
  for (size_t at = text.find(word); at != absl::string_view::npos; at = text.find(word, at + 1))
    ++count;
  return count;
}

// How well a code says what its parent says and no more.
int Generality(absl::string_view code, absl::string_view title, Side side, char encounter) {
  int score = 0;
  if (code.size() == 7) {
    const char seventh = code[6];
    if (seventh == (encounter == 0 ? 'A' : encounter)) return 100;
    if (seventh == '0' || seventh == '9') score += 5;
  }
  if (NamesSide(title, side)) score += 50;
  score += 10 * static_cast<int>(CountOf("nspecified", title));
  if (absl::StrContains(title, "without complication")) score += 8;
  if (absl::StrContains(title, "ncomplicated")) score += 8;
  if (!code.empty() && code.back() == '9') score += 3;
  if (!code.empty() && code.back() == '0') score += 1;
  return score;
}

}  // namespace

uint32_t TermDictionary::UnspecifiedChild(uint32_t code, Side side, char encounter) const {
  const absl::string_view prefix = CodeText(code);
  uint32_t best = kNoCode;
  int best_score = -1;
  for (uint32_t i = code + 1; i < codes_.size() && absl::StartsWith(CodeText(i), prefix);) {
    const absl::string_view child = CodeText(i);
    const int score = Generality(child, Title(i), side, encounter);
    if (score > best_score) {
      best = i;
      best_score = score;
    }
    for (++i; i < codes_.size() && absl::StartsWith(CodeText(i), child);) ++i;
  }
  return best;
}

uint32_t TermDictionary::BillableBelow(uint32_t code, Side side, char encounter) const {
  if ((codes_[code].flags & kOfficial) == 0) return code;
  while ((codes_[code].flags & kBillable) == 0) {
    const uint32_t child = UnspecifiedChild(code, side, encounter);
    if (child == kNoCode) return code;
    code = child;
  }
  return code;
}

uint32_t TermDictionary::OnSide(uint32_t code, Side side) const {
  if (side == Side::kNone || !absl::StrContains(Title(code), "nspecified")) return code;
  const absl::string_view text = CodeText(code);
  const bool seventh = text.size() == 7;
  const size_t stem = text.size() - (seventh ? 2 : 1);
  if (stem < 3) return code;
  const absl::string_view prefix = text.substr(0, stem);
  for (uint32_t i = static_cast<uint32_t>(code >= 200 ? code - 200 : 0); i < codes_.size(); ++i) {
    const absl::string_view other = CodeText(i);
    if (other > prefix && !absl::StartsWith(other, prefix)) break;
    const bool alike = absl::StartsWith(other, prefix) && other.size() == text.size() &&
                       (!seventh || other[6] == text[6]);
    if (alike && NamesSide(Title(i), side) && (codes_[i].flags & kBillable) != 0) return i;
  }
  return code;
}

}  // namespace blindlink::agent
