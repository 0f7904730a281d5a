#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "agent/clinical/terms/term_draft.h"

namespace blindlink::agent {

// A name to which the files give codes of different categories, or a code that does not exist.
struct TermConflict {
  std::string name;
  std::string code;
  TermSource source = TermSource::kTitle;
  bool used = false;     // this is the one that counts
  bool unknown = false;  // the code is in none of the code lists; the name is left out
};

struct DictionaryCounts {
  uint64_t codes = 0, billable = 0, forms = 0, words = 0, abbreviations = 0;
};

// Completes the draft: 7th characters, titles, references. Call once, before BuildDictionary.
void CompleteDraft(TermDraft* draft);

// The bytes of a dictionary; the same draft gives the same bytes. `calibration` as in
// calibration.h, empty for a dictionary that is only used to measure it. Appends to `conflicts`
// unless it is null.
std::string BuildDictionary(const TermDraft& draft, absl::Span<const double> calibration,
                            DictionaryCounts* counts, std::vector<TermConflict>* conflicts);

}  // namespace blindlink::agent
