#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "agent/clinical/source/clinical_row.h"

namespace blindlink::agent {

// Clinical rows as bytes, for temporary files that the same process reads back: no format of its
// own. About 30 bytes a row, beside its texts. Where a row is from comes last, so that the bytes of
// rows with the same content are in the order of files and rows. Thread-safe.

// Appends all of `row` to `out`.
void AppendClinicalRow(const ClinicalRow& row, std::string* out);

// The row that AppendClinicalRow made `bytes` of.
ClinicalRow DecodeClinicalRow(absl::string_view bytes);

}  // namespace blindlink::agent
