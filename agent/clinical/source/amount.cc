#include "agent/clinical/source/amount.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace blindlink::agent {
namespace {

bool AreDigits(absl::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return absl::ascii_isdigit(c); });
}

// "1,234,567": one to three digits, the first no zero, and then threes.
bool IsGrouped(absl::string_view text, char separator) {
  const std::vector<absl::string_view> groups = absl::StrSplit(text, separator);
  if (groups[0].empty() || groups[0].size() > 3 || groups[0][0] == '0') return false;
  return AreDigits(groups[0]) &&
         std::all_of(groups.begin() + 1, groups.end(),
                     [](absl::string_view group) { return group.size() == 3 && AreDigits(group); });
}

std::string Without(absl::string_view text, char separator) {
  std::string left(text);
  left.erase(std::remove(left.begin(), left.end(), separator), left.end());
  return left;
}

// The number with a point before its places and nothing between its groups of three; nullopt if
// its commas and points could mean several numbers, or none.
std::optional<std::string> WithPointAlone(absl::string_view text) {
  const size_t last = text.find_last_of(".,");
  if (last == absl::string_view::npos) return std::string(text);
  const char mark = text[last];
  const bool once = text.find(mark) == last;
  if (mark == '.' && once && !absl::StrContains(text, ',')) return std::string(text);
  const char other = mark == ',' ? '.' : ',';
  const absl::string_view whole = text.substr(0, last);
  const absl::string_view places = text.substr(last + 1);
  if (!absl::StrContains(text, other)) {
    if (IsGrouped(text, mark)) return Without(text, mark);
    if (!once || places.empty()) return std::nullopt;
    return absl::StrCat(whole, ".", places);
  }
  if (!once || !IsGrouped(whole, other)) return std::nullopt;
  return absl::StrCat(Without(whole, other), ".", places);
}

}  // namespace

std::string AmountOf(absl::string_view text, bool* ok) {
  text = absl::StripAsciiWhitespace(text);
  *ok = text.empty();
  if (text.empty()) return "";
  absl::ConsumePrefix(&text, "$");
  const bool negative = absl::ConsumePrefix(&text, "-");
  const std::optional<std::string> plain = WithPointAlone(text);
  if (!plain.has_value()) return "";
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(*plain, absl::MaxSplits('.', 1));
  std::string places(parts.second);
  if (!AreDigits(parts.first) || !AreDigits(places)) return "";
  if (plain->empty() || *plain == ".") return "";
  while (places.size() < 2) places += '0';
  while (places.size() > 2 && places.back() == '0') places.pop_back();
  *ok = true;
  return absl::StrCat(negative ? "-" : "", parts.first.empty() ? "0" : parts.first, ".", places);
}

}  // namespace blindlink::agent
