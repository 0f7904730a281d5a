#include "agent/standardize/full_name.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "agent/standardize/code_value.h"
#include "agent/standardize/name_words.h"
#include "agent/standardize/text/text.h"

namespace blindlink::agent {
namespace {

struct Word {
  explicit Word(absl::string_view word) : text(word) {
    if (!FoldText(text, &folded)) folded.clear();
  }
  std::string text;    // as written
  std::string folded;  // with its punctuation; empty if the text is not UTF-8
};
using Words = std::vector<Word>;

// The text between two commas.
struct Segment {
  Words words;
  std::vector<std::string> asides;  // Bob, née Jones: what the person is also called
};

// Where words were found, which decides what can be a suffix.
enum class Place { kLastName, kGivenNames, kWholeName };

// Replaces typographic separators, such as full-width commas, with ASCII ones.
std::string WithPlainSeparators(absl::string_view text) {
  return absl::StrReplaceAll(text, {{"\u00a0", " "},
                                    {"\u2003", " "},
                                    {"\u2009", " "},
                                    {"\u202f", " "},
                                    {"\u3000", " "},
                                    {"\uff0c", ","},
                                    {"\uff08", "("},
                                    {"\uff09", ")"},
                                    {"\u201c", "\""},
                                    {"\u201d", "\""}});
}

std::string WithoutAsideMarks(absl::string_view text) {
  return absl::StrReplaceAll(text, {{"(", " "}, {")", " "}, {"[", " "}, {"]", " "}, {"\"", " "}});
}

absl::string_view WithoutPeriod(const Word& word) { return absl::StripSuffix(word.folded, "."); }

bool HasTitle(const Word& word) { return IsTitle(WithoutPeriod(word)); }

// Keeps hyphens: M-D may be the initials of Marie-Dominique. Keeps the spaces that folding makes of
// signs: N¯P is no NP.
std::string WithoutSigns(absl::string_view folded) {
  const std::string bare = absl::StrReplaceAll(folded, {{".", ""}, {"/", ""}});
  return bare == "PH D" ? "PHD" : bare;
}

bool HasDegree(const Word& word) { return IsPostNominal(WithoutSigns(word.folded)); }

// `before` is the number of words before this one, at least 1.
bool HasSuffix(const Word& word, Place place, size_t before) {
  const absl::string_view bare = WithoutPeriod(word);
  if (GenerationalSuffix(bare).empty()) return false;
  if (!IsSuffixOrName(bare)) return true;
  if (place == Place::kWholeName) return before > 1;
  return place == Place::kLastName || bare.size() > 1;
}

// "Ph. D." is one word.
bool CompletesDegree(absl::string_view before, absl::string_view piece) {
  return absl::EqualsIgnoreCase(absl::StripSuffix(before, "."), "ph") &&
         absl::EqualsIgnoreCase(absl::StripSuffix(piece, "."), "d");
}

// Splits at white space. A hyphen with spaces around it still joins two last names.
Words SplitWords(absl::string_view text) {
  std::vector<std::string> words;
  for (const absl::string_view piece :
       absl::StrSplit(text, absl::ByAnyChar(" \t\r\n\v\f"), absl::SkipEmpty())) {
    const bool hyphen = words.size() > 1 && (piece.front() == '-' || words.back().back() == '-');
    if (hyphen) {
      absl::StrAppend(&words.back(), piece);
    } else if (!words.empty() && CompletesDegree(words.back(), piece)) {
      absl::StrAppend(&words.back(), " ", piece);
    } else {
      words.emplace_back(piece);
    }
  }
  return Words(words.begin(), words.end());
}

// Finds where parentheses, brackets and double quotes close. Positions must be asked for in order.
class AsideEnds {
 public:
  explicit AsideEnds(absl::string_view text) : text_(text) {}

  // The end of the aside that opens at `i`; npos if none opens there, or it never closes.
  size_t At(size_t i) {
    if (text_[i] == '"') return text_.find('"', i + 1);
    if ((text_[i] != '(' && text_[i] != '[') || !may_close_) return absl::string_view::npos;
    const size_t end = text_.find_first_of(")]", i + 1);
    may_close_ = end != absl::string_view::npos;
    return end;
  }

 private:
  const absl::string_view text_;
  bool may_close_ = true;  // false after the last bracket closes, so that time is linear
};

std::vector<Segment> SplitSegments(absl::string_view text) {
  std::vector<Segment> segments;
  std::string names;
  std::vector<std::string> asides;
  const auto finish = [&] {
    Segment segment{SplitWords(WithoutAsideMarks(names)), std::exchange(asides, {})};
    if (!segment.words.empty() || !segment.asides.empty()) segments.push_back(std::move(segment));
    names.clear();
  };
  AsideEnds ends(text);
  for (size_t i = 0; i < text.size(); ++i) {
    if (const size_t end = ends.At(i); end != absl::string_view::npos) {
      asides.push_back(WithoutAsideMarks(text.substr(i + 1, end - i - 1)));
      names.push_back(' ');
      i = end;
    } else if (text[i] == ',') {
      finish();
    } else {
      names.push_back(text[i]);
    }
  }
  finish();
  return segments;
}

std::string Join(Words::const_iterator begin, Words::const_iterator end) {
  return absl::StrJoin(begin, end, " ",
                       [](std::string* out, const Word& word) { out->append(word.text); });
}

// "Mr. and Mrs." are titles too.
void DropTitles(Words* words) {
  const auto joins = [](const Word& word) { return word.folded == "&" || word.folded == "AND"; };
  auto first = words->begin();
  while (words->end() - first > 1 &&
         (HasTitle(*first) || (joins(*first) && HasTitle(*(first + 1))))) {
    ++first;
  }
  words->erase(words->begin(), first);
}

// Takes the suffix off the end and drops degrees. Titles may also follow given names: "SMITH, JOHN
// MR".
void TakeTrailingMarks(Place place, Words* words, FullName* name) {
  while (words->size() > 1) {
    const Word& last = words->back();
    if (HasSuffix(last, place, words->size() - 1)) {
      name->suffix = last.text;
    } else if (!HasDegree(last) && !(place == Place::kGivenNames && HasTitle(last))) {
      return;
    }
    words->pop_back();
  }
}

// Takes a suffix that comes before the given names: "Carter, Jr. Robert".
void TakeLeadingSuffix(Words* given, FullName* name) {
  if (given->size() < 2) return;
  const absl::string_view bare = WithoutPeriod(given->front());
  if (GenerationalSuffix(bare).empty() || IsSuffixOrName(bare)) return;
  name->suffix = given->front().text;
  given->erase(given->begin());
}

// Turns "née Jones" into an aside if at least `least` words come before it.
void TakeOtherName(size_t least, Segment* segment) {
  Words& words = segment->words;
  for (size_t i = least; i + 1 < words.size(); ++i) {
    if (!IsOtherNameWord(words[i].folded)) continue;
    const auto begin = words.begin() + static_cast<ptrdiff_t>(i);
    segment->asides.push_back(Join(begin, words.end()));
    words.erase(begin, words.end());
    return;
  }
}

bool IsFormerName(absl::string_view aside) {
  return IsFormerNameWord(Word(aside.substr(0, aside.find(' '))).folded);
}

void AddAside(absl::string_view aside, std::string* piece) {
  absl::StrAppend(piece, piece->empty() ? "(" : " (", aside, ")");
}

// The number of words in the first name. Particles join the words of "Maria de los Angeles" and
// "Maria del Carmen", but a single "de" or "la" may begin a middle name: De Wayne.
size_t FirstNameLength(const Words& given) {
  size_t end = 1;
  while (end < given.size() && IsGivenNameParticle(given[end].folded)) ++end;
  const bool tied = end > 2 || (end == 2 && given[1].folded == "DEL");
  return tied && end < given.size() ? end + 1 : 1;
}

void SetGivenNames(const Words& given, size_t first_length, FullName* name) {
  if (given.empty()) return;
  const auto middle = given.begin() + static_cast<ptrdiff_t>(first_length);
  name->first = Join(given.begin(), middle);
  name->middle = Join(middle, given.end());
}

FullName SplitLastFirst(Segment last, Segment given, FullName name) {
  DropTitles(&last.words);
  DropTitles(&given.words);
  TakeTrailingMarks(Place::kLastName, &last.words, &name);
  TakeTrailingMarks(Place::kGivenNames, &given.words, &name);
  TakeLeadingSuffix(&given.words, &name);
  TakeOtherName(1, &last);
  TakeOtherName(1, &given);
  name.last = Join(last.words.begin(), last.words.end());
  SetGivenNames(given.words, FirstNameLength(given.words), &name);
  for (const std::string& aside : last.asides) AddAside(aside, &name.last);
  for (const std::string& aside : given.asides) {
    AddAside(aside, IsFormerName(aside) ? &name.last : &name.first);
  }
  return name;
}

// The position at which the last name begins; never 0 if there are two words.
size_t StartOfLastName(const Words& words) {
  if (words.size() < 2) return 0;
  size_t start = words.size() - 1;
  while (start > 1) {
    if (JoinsSurname(words[start - 1].folded, words[start].folded)) {
      --start;
    } else if (start > 2 && words[start - 1].text == "y") {
      start -= 2;  // Ortega y Gasset; a capital Y is an initial
    } else {
      break;
    }
  }
  return start;
}

// Whether a word is Chinese, Japanese or Korean. Folding turns Hangul into Latin letters, so Hangul
// is looked for in the original text.
bool IsEastAsian(const Word& word) {
  const bool has_hangul = std::any_of(word.text.begin(), word.text.end(), [](char c) {
    const auto lead = static_cast<unsigned char>(c);
    return lead >= 0xea && lead <= 0xed;  // U+A000..U+DFFF
  });
  return has_hangul || HasJapanese(word.folded);
}

FullName SplitFirstLast(Segment whole, FullName name) {
  Words& words = whole.words;
  DropTitles(&words);
  TakeTrailingMarks(Place::kWholeName, &words, &name);
  TakeOtherName(2, &whole);
  if (words.size() == 2 && (IsEastAsian(words[0]) || IsEastAsian(words[1]))) {
    std::swap(words[0], words[1]);
  }
  const size_t start = StartOfLastName(words);
  const auto last = words.begin() + static_cast<ptrdiff_t>(start);
  name.last = Join(last, words.end());
  SetGivenNames(Words(words.begin(), last), 1, &name);
  for (const std::string& aside : whole.asides) {
    AddAside(aside, IsFormerName(aside) || start == 0 ? &name.last : &name.first);
  }
  return name;
}

// Whether `words` contain more than a last name.
bool HasGivenName(Words words) {
  DropTitles(&words);
  size_t names = 0;
  for (size_t i = 0; i < words.size(); ++i) {
    const bool joins = i + 1 < words.size() && JoinsSurname(words[i].folded, words[i + 1].folded);
    names += joins ? 0 : 1;
  }
  return names > 1;
}

// Whether a segment consists of suffixes, degrees and titles. If only a last name comes before it,
// most of these words are given names or initials instead: "Rahman, Md", "Smith, J.D.", "Silva,
// Junior".
bool IsMarks(const Segment& segment, bool after_whole_name) {
  if (!segment.asides.empty() || segment.words.empty()) return false;
  const Words& words = segment.words;
  if (after_whole_name && words.size() == 2 && WithoutPeriod(words[0]) == "M" &&
      WithoutPeriod(words[1]) == "D") {
    return true;  // M. D.
  }
  return std::all_of(segment.words.begin(), segment.words.end(), [&](const Word& word) {
    const absl::string_view bare = WithoutPeriod(word);
    const bool certain = !GenerationalSuffix(bare).empty() && !IsSuffixOrName(bare);
    return certain || (after_whole_name && (HasSuffix(word, Place::kGivenNames, 1) ||
                                            IsDegree(WithoutSigns(word.folded)) || HasTitle(word)));
  });
}

// Whether given names follow the second segment, so that it need not hold them: "Carter, MD,
// Robert".
bool HasThirdWithNames(const std::vector<Segment>& segments) {
  return segments.size() > 2 &&
         std::any_of(segments.begin() + 2, segments.end(), [](const Segment& segment) {
           return !IsMarks(segment, /*after_whole_name=*/true);
         });
}

// Removes the segments after the first that are marks: "Carter, Jr., Robert", "Robert Carter, MD".
void TakeMarks(std::vector<Segment>* segments, FullName* name) {
  const bool whole_name = HasGivenName(segments->front().words) || HasThirdWithNames(*segments);
  size_t kept = 1;
  for (size_t i = 1; i < segments->size(); ++i) {
    Segment& segment = (*segments)[i];
    if (!IsMarks(segment, whole_name || kept > 1)) {
      std::swap((*segments)[kept++], segment);
      continue;
    }
    for (const Word& word : segment.words) {
      if (HasSuffix(word, Place::kGivenNames, 1)) name->suffix = word.text;
    }
  }
  segments->resize(kept);
}

Segment Merge(std::vector<Segment>::const_iterator begin,
              std::vector<Segment>::const_iterator end) {
  Segment merged;
  for (auto segment = begin; segment != end; ++segment) {
    merged.words.insert(merged.words.end(), segment->words.begin(), segment->words.end());
    merged.asides.insert(merged.asides.end(), segment->asides.begin(), segment->asides.end());
  }
  return merged;
}

bool HasNoWords(const Segment& segment) { return segment.words.empty(); }

}  // namespace

FullName SplitFullName(absl::string_view text) {
  const std::string plain = WithPlainSeparators(text);
  std::vector<Segment> segments = SplitSegments(plain);
  // Parentheses or quotes around the whole name do not make it an aside: "(Smith, John)".
  if (std::all_of(segments.begin(), segments.end(), HasNoWords)) {
    segments = SplitSegments(WithoutAsideMarks(plain));
  }
  FullName name;
  if (segments.empty()) return name;
  TakeMarks(&segments, &name);
  if (segments.size() == 1) return SplitFirstLast(std::move(segments[0]), std::move(name));
  return SplitLastFirst(segments[0], Merge(segments.begin() + 1, segments.end()), std::move(name));
}

absl::string_view SuffixOf(absl::string_view last_name) {
  const std::vector<absl::string_view> words =
      absl::StrSplit(last_name, absl::ByAnyChar(" ,"), absl::SkipEmpty());
  for (size_t i = words.size(); i-- > 1;) {
    const Word word(words[i]);
    if (HasSuffix(word, Place::kLastName, i)) return words[i];
    if (!HasDegree(word)) break;
  }
  return {};
}

}  // namespace blindlink::agent
