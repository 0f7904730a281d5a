#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "agent/clinical/codes/code_book.h"
#include "agent/clinical/codes/code_rules.h"

namespace blindlink::agent {

// Where persons' codes are: tables with one code a row.
struct CodeInputOptions {
  std::vector<std::string> files;
  // A table that says whose claim each is, for files that name the claim only. Empty: none.
  std::string claims;
  // "person=MRN,code=DX": names of columns that are not found by themselves (code_input.cc).
  std::string columns;
  // The system of rows that name none.
  std::string code_system;
};

struct CodeRow {
  std::string person;
  absl::string_view system;  // canonical
  absl::string_view code;    // as written
  absl::string_view date;    // empty: unknown
  // Where the code stands; rows count from 1, without the header.
  absl::string_view file;
  uint64_t row = 0;
  absl::string_view column;
};

// Calls `use` for each row with a code, in order; `progress` now and then with rows and share read.
// INVALID_ARGUMENT names file, row and column, never a value: a column that is missing, a claim
// that is not in `claims`, a code without a system, or one whose system neither the book nor a
// target knows.
absl::Status ReadCodes(const CodeInputOptions& options, const CodeBook& book,
                       absl::Span<const CodeTarget> targets,
                       const std::function<void(const CodeRow&)>& use,
                       const std::function<void(uint64_t rows, double share)>& progress);

}  // namespace blindlink::agent
