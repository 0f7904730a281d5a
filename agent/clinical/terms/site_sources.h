#pragma once

#include <string>

#include "absl/status/status.h"
#include "agent/clinical/terms/term_draft.h"

namespace blindlink::agent {

// Readers of a site's own tables (table_reader.h); each adds to `draft`. Column names may be in any
// case. Errors name the file and the row, never a value. Not thread-safe for one draft.

// surface, icd10cm and optionally standard: what the site writes, the code, the standard name.
absl::Status ReadSynonyms(const std::string& path, TermDraft* draft);

// abbreviation, meaning and optionally meanings_known (how many meanings there are altogether).
absl::Status ReadAbbreviations(const std::string& path, TermDraft* draft);

// A master of standard names: name (standard, 病名表記), icd10 (ICD10) and optionally reading
// (病名表記カナ) and surface (索引用語), a name that is used for the standard one. Without a
// header, the columns of the MEDIS master: name third, reading fourth, ICD-10 seventh.
absl::Status ReadMaster(const std::string& path, TermDraft* draft);

// A review file with the reviewer's decisions: name, decision (a code, or "none" for what is no
// disease; empty: not decided) and optionally standard_name.
absl::Status ReadDecisions(const std::string& path, TermDraft* draft);

}  // namespace blindlink::agent
