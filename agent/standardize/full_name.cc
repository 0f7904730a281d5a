#include "agent/standardize/full_name.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/types/span.h"

namespace blindlink::agent {
namespace {

using Words = std::vector<absl::string_view>;

bool IsOneOf(absl::string_view word, absl::Span<const absl::string_view> list) {
  word = absl::StripSuffix(word, ".");
  return std::any_of(list.begin(), list.end(), [word](absl::string_view candidate) {
    return absl::EqualsIgnoreCase(word, candidate);
  });
}

bool IsSuffix(absl::string_view word) {
  constexpr absl::string_view kSuffixes[] = {"JR", "SR", "II", "III", "IV"};
  return IsOneOf(word, kSuffixes);
}

bool IsParticle(absl::string_view word) {
  constexpr absl::string_view kParticles[] = {
      "DE",  "DEL", "DELA", "LA",  "LAS", "LOS", "DA",  "DAS", "DO", "DOS", "DI", "DU", "LE",
      "VAN", "DER", "DEN",  "VON", "TEN", "TER", "BIN", "AL",  "EL", "ST",  "MC", "MAC"};
  return IsOneOf(word, kParticles);
}

// The lead bytes of U+3000..U+DFFF: kana, CJK ideographs, Hangul.
bool IsEastAsian(absl::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0xe3 && byte <= 0xed;
  });
}

Words SplitWords(absl::string_view text) {
  return absl::StrSplit(text, absl::ByAnyChar(" \t\r\n"), absl::SkipEmpty());
}

std::string Join(Words::const_iterator begin, Words::const_iterator end) {
  return absl::StrJoin(begin, end, " ");
}

void TakeSuffix(Words* words, FullName* name) {
  if (words->size() < 2 || !IsSuffix(words->back())) return;
  name->suffix = std::string(words->back());
  words->pop_back();
}

void SetGivenNames(const Words& words, FullName* name) {
  if (words.empty()) return;
  name->first = std::string(words[0]);
  name->middle = Join(words.begin() + 1, words.end());
}

FullName SplitLastFirst(absl::string_view last, absl::string_view given) {
  FullName name;
  Words last_words = SplitWords(last);
  Words given_words = SplitWords(given);
  TakeSuffix(&last_words, &name);
  TakeSuffix(&given_words, &name);
  name.last = Join(last_words.begin(), last_words.end());
  SetGivenNames(given_words, &name);
  return name;
}

FullName SplitFirstLast(Words words) {
  FullName name;
  TakeSuffix(&words, &name);
  if (words.empty()) return name;
  auto last = words.end() - 1;
  while (last > words.begin() + 1 && IsParticle(*(last - 1))) --last;
  name.last = Join(last, words.end());
  SetGivenNames(Words(words.begin(), last), &name);
  return name;
}

}  // namespace

FullName SplitFullName(absl::string_view text) {
  const std::string spaced = absl::StrReplaceAll(text, {{"\u3000", " "}});
  const size_t comma = spaced.find(',');
  if (comma == std::string::npos) {
    Words words = SplitWords(spaced);
    if (words.size() == 2 && IsEastAsian(spaced)) return SplitLastFirst(words[0], words[1]);
    return SplitFirstLast(std::move(words));
  }
  const absl::string_view before = absl::string_view(spaced).substr(0, comma);
  // "SMITH, JOHN, JR" and "JOHN SMITH, JR": a comma may also stand before a suffix.
  const std::string after = absl::StrReplaceAll(spaced.substr(comma + 1), {{",", " "}});
  const Words after_words = SplitWords(after);
  if (after_words.empty()) return SplitFirstLast(SplitWords(before));
  if (after_words.size() == 1 && IsSuffix(after_words[0])) {
    FullName name = SplitFirstLast(SplitWords(before));
    name.suffix = std::string(after_words[0]);
    return name;
  }
  return SplitLastFirst(before, after);
}

absl::string_view SuffixOf(absl::string_view last_name) {
  const std::vector<absl::string_view> words =
      absl::StrSplit(last_name, absl::ByAnyChar(" ,"), absl::SkipEmpty());
  return words.size() > 1 && IsSuffix(words.back()) ? words.back() : absl::string_view();
}

}  // namespace blindlink::agent
