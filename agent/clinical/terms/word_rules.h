#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace blindlink::agent {

// Common knowledge about English medical words, as tables. All words are upper case, in American
// spelling and singular unless said otherwise. Thread-safe; views are of literals.

// "of", "the", "with": words (as written) that carry no meaning in a name.
bool IsStopWord(absl::string_view word);
// "unspecified", "other", "NOS": words that say how a classification uses a name, not what it is.
bool IsEmptyWord(absl::string_view word);
// "disease", "syndrome": words that say no more than that somebody is ill.
bool IsHeadWord(absl::string_view word);
// "stage", "type", "grade": words that need not stand before a number.
bool IsScaleWord(absl::string_view word);
// The standard form of a word (as written) that no rule gives: Roman numerals, Latin plurals.
// Empty: none.
absl::string_view IrregularWord(absl::string_view word);
// What words[at..at+used) mean in plainer words, separated by spaces: "heart attack" is
// "MYOCARDIUM INFARCTION". Empty, and used 1, if nothing is known of them.
absl::string_view PhraseMeaning(const std::vector<std::string>& words, size_t at, size_t* used);
// How many of the words `first` and `second` only tell kinds of one disease apart: 2 for "autosomal
// recessive", 1 for "isolated", otherwise 0.
int KindWords(absl::string_view first, absl::string_view second);
// α becomes " ALPHA ", and so on.
std::string GreekLettersByName(absl::string_view raw);

// The meanings of an abbreviation in common use, separated by '|'. Empty: none known.
// `alone`: whether it means only that, so that it may be coded when nothing stands beside it.
absl::string_view KnownAbbreviation(absl::string_view word, bool* alone);
// The same table by position, for what must go through all of it. Empty beyond its end.
absl::string_view AbbreviationAt(size_t index);

}  // namespace blindlink::agent
