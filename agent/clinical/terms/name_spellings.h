#pragma once

#include <cstdint>
#include <vector>

#include "agent/clinical/terms/term_dictionary.h"
#include "agent/clinical/terms/term_words.h"

namespace blindlink::agent {

struct Spelling {
  TermWordList words;
  uint32_t edits = 0;
};

// The name with its unknown words corrected in each way, fewest edits first. Empty if all words are
// known, or too many are unknown. Pure, thread-safe.
std::vector<Spelling> SpellingsOf(const TermDictionary& dictionary, const TermWordList& words);

}  // namespace blindlink::agent
