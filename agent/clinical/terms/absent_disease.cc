#include "agent/clinical/terms/absent_disease.h"

#include <algorithm>
#include <iterator>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace blindlink::agent {
namespace {

// Small letters, single blanks, punctuation gone; other scripts as they are.
std::string Folded(absl::string_view name) {
  std::string plain;
  for (const char c : name) {
    const bool ascii_sign = absl::ascii_ispunct(c) && c != '/';
    plain.push_back(ascii_sign ? ' ' : absl::ascii_tolower(c));
  }
  return absl::StrJoin(absl::StrSplit(plain, ' ', absl::SkipEmpty()), " ");
}

}  // namespace

bool SaysAbsent(absl::string_view name) {
  static constexpr absl::string_view kBeginnings[] = {"no evidence of ",
                                                      "no sign of ",
                                                      "no signs of ",
                                                      "no indication of ",
                                                      "no ",
                                                      "not a case of ",
                                                      "negative for ",
                                                      "denies ",
                                                      "denied ",
                                                      "ruled out ",
                                                      "excluded ",
                                                      "free of ",
                                                      "never had ",
                                                      "without evidence of "};
  static constexpr absl::string_view kEnds[] = {" ruled out",  " was ruled out", " excluded",
                                                " not found",  " not present",   " refuted",
                                                " not evident"};
  static constexpr absl::string_view kJapaneseEnds[] = {"なし", "無し", "を否定", "は否定", "除外"};
  const std::string text = Folded(name);
  const auto begins = [&](absl::string_view words) { return absl::StartsWith(text, words); };
  const auto ends = [&](absl::string_view words) { return absl::EndsWith(text, words); };
  return std::any_of(std::begin(kBeginnings), std::end(kBeginnings), begins) ||
         std::any_of(std::begin(kEnds), std::end(kEnds), ends) ||
         std::any_of(std::begin(kJapaneseEnds), std::end(kJapaneseEnds), ends);
}

}  // namespace blindlink::agent
