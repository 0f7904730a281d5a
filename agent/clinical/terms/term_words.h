#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace blindlink::agent {

// The words of a disease name, made comparable. All functions are pure and thread-safe.

using TermWordList = std::vector<std::string>;

// Upper case, one width, no accents, Greek letters by name, as FoldText. Text that is not UTF-8
// gives an empty text.
std::string FoldTerm(absl::string_view raw);

// The words of folded text in order: American spelling, singular, Arabic numerals; letters and
// digits apart ("T2" is T and 2). Words without meaning (of, the, with) are left out; "other" and
// "unspecified" stay.
TermWordList WordsOf(absl::string_view folded);

// The same letters and digits without anything between them, in American spelling: equal for names
// that differ in spaces and hyphens only.
std::string CompactOf(absl::string_view folded);

// Words that say nothing about the disease (unspecified, NOS, other) left out, sorted, each once.
TermWordList BagOf(const TermWordList& words);

// A bag with one word for what means the same: "renal" and "kidney", "cancer" and "malignant
// neoplasm", "heart attack" and "myocardial infarction".
TermWordList ConceptsOf(const TermWordList& words);

// The words without those that tell kinds of one disease apart: "type 4C" or a number at the end,
// "isolated", "autosomal recessive", "severe".
TermWordList WithoutKinds(const TermWordList& words);

// A bag without those words and without "disease" and "syndrome": equal for all kinds of one
// disease
// ("Neuropathy, type 1" and "severe neuropathy syndrome").
TermWordList WhatKindsShare(const TermWordList& words);

// Stable across machines and versions: it is written into dictionaries.
uint64_t HashOfText(absl::string_view text);
uint64_t HashOfWords(const TermWordList& words);

}  // namespace blindlink::agent
