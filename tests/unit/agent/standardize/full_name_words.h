#pragma once

#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "agent/standardize/code_value.h"
#include "agent/standardize/full_name.h"
#include "agent/standardize/name_words.h"
#include "agent/standardize/text/text.h"

namespace blindlink::agent {

// How often each word occurs in `text`. What separates words is the same as in a full name.
inline std::map<std::string, int> WordsOfName(absl::string_view text) {
  const std::string plain = absl::StrReplaceAll(text, {{"\u00a0", " "},
                                                       {"\u2003", " "},
                                                       {"\u2009", " "},
                                                       {"\u202f", " "},
                                                       {"\u3000", " "},
                                                       {"\uff0c", " "},
                                                       {"\uff08", " "},
                                                       {"\uff09", " "},
                                                       {"\u201c", " "},
                                                       {"\u201d", " "}});
  std::map<std::string, int> words;
  for (const absl::string_view word :
       absl::StrSplit(plain, absl::ByAnyChar(" \t\r\n\v\f,()[]\"-"), absl::SkipEmpty())) {
    ++words[std::string(word)];
  }
  return words;
}

inline bool IsTitleDegreeOrSuffix(absl::string_view word) {
  std::string folded;
  if (!FoldText(word, &folded)) return false;
  folded = absl::StrReplaceAll(folded, {{".", ""}, {"/", ""}});
  // C and CCC: of PA-C and CCC-SLP, at whose hyphen the words are counted apart. Signs alone are no
  // word.
  return folded.empty() || IsTitle(folded) || IsDegree(folded) ||
         !GenerationalSuffix(folded).empty() || folded == "PH" || folded == "M" || folded == "D" ||
         folded == "C" || folded == "BC" || folded == "CCC" || folded == "AND" || folded == "&";
}

// The first word that SplitFullName loses or invents; empty if it keeps its promise: all words come
// back but titles, degrees and a second suffix.
inline std::string BrokenPromise(absl::string_view text) {
  const FullName name = SplitFullName(text);
  std::map<std::string, int> words = WordsOfName(text);
  for (const auto& [word, count] :
       WordsOfName(absl::StrCat(name.first, " ", name.middle, " ", name.last, " ", name.suffix))) {
    if ((words[word] -= count) < 0) return absl::StrCat("invented: ", word);
  }
  for (const auto& [word, count] : words) {
    if (count > 0 && !IsTitleDegreeOrSuffix(word)) return absl::StrCat("lost: ", word);
  }
  return "";
}

}  // namespace blindlink::agent
