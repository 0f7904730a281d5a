#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "agent/clinical/terms/term_dictionary.h"

namespace blindlink::agent {

// Misspelled words by symmetric deletion (Garbe 2012, SymSpell): a word and its misspelling have a
// form in common from which up to two letters were left out. Only the first eight letters are used,
// the rest is compared. Pure, thread-safe.

// How many edits a word of this many letters may differ by: 0 below 4, 1 below 8, otherwise 2.
size_t EditsAllowed(size_t letters);

// Calls `use` with the hash of each such form of `word`.
void ForEachDeletion(absl::string_view word, absl::FunctionRef<void(uint32_t)> use);

struct Correction {
  uint32_t word = 0;   // of the dictionary
  uint32_t edits = 0;  // 1 or 2
};
// The words of the dictionary nearest to `word`, fewest edits first, then the more frequent; at
// most `most`.
std::vector<Correction> CorrectionsOf(const TermDictionary& dictionary, absl::string_view word,
                                      size_t most);

}  // namespace blindlink::agent
