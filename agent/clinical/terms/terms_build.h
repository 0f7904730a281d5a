#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "agent/clinical/terms/dictionary_builder.h"
#include "agent/clinical/terms/term_draft.h"

namespace blindlink::agent {

// The files of which a dictionary is built; official_sources.h and site_sources.h say what they
// are.
struct TermInputs {
  std::vector<std::string> codes, indexes, neoplasms, tabulars, synonyms, abbreviations, masters,
      decisions;
};

struct BuiltDictionary {
  std::string bytes;
  DictionaryCounts counts;
  std::vector<TermConflict> conflicts;
};

// Reads the files, builds the dictionary and measures how often it is right (term_calibrator.h).
// The same files give the same bytes. INVALID_ARGUMENT for a file that is not what it should be,
// with file and row.
absl::StatusOr<BuiltDictionary> BuildTerms(const TermInputs& inputs);

// CSV: name, code, source, and what becomes of it: used, outranked, unknown-code.
std::string ConflictsToCsv(const std::vector<TermConflict>& conflicts);

}  // namespace blindlink::agent
