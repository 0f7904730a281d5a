#pragma once

#include <string>

#include "absl/status/status.h"
#include "agent/clinical/terms/term_draft.h"

namespace blindlink::agent {

// Readers of the official ICD-10-CM files of any year; each adds to `draft`. Files are plain, gzip
// or zstd. Errors name the file and the row. Not thread-safe for one draft.

// The list of codes, in one of the shapes in which it is published: the order file (fixed columns),
// the code file (code, blanks, title; or codes alone), or a table with the columns code and title
// (description), and optionally billable (0 or 1).
absl::Status ReadCodeList(const std::string& path, TermDraft* draft);

// The alphabetic index, also that of external causes, as a table: Level, Term, See, NonEssModif,
// Code.
absl::Status ReadIndex(const std::string& path, TermDraft* draft);

// The table of neoplasms: Level, Term, NonEssModif, MalignantPrimary, MalignantSecondary, CaInSitu,
// Benign, UncertainBehavior, UnspecifiedBehavior.
absl::Status ReadNeoplasms(const std::string& path, TermDraft* draft);

// The tabular list in XML: titles, inclusion terms, 7th characters.
absl::Status ReadTabular(const std::string& path, TermDraft* draft);

}  // namespace blindlink::agent
