#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "agent/input/input_options.h"
#include "agent/standardize/date_order.h"

namespace blindlink::agent {

// Whether `path` names a file or folder that can be read a second time: not a pipe and not standard
// input.
bool CanBeReadAgain(const std::string& path);

// Reads all of the input and returns the evidence of each of `columns` (indices into its header).
// Rows that cannot be used are skipped without a word: whoever reads the file for its records
// reports them. Errors: those of opening and reading the file.
absl::StatusOr<std::vector<DateOrderEvidence>> ReadDateColumns(const InputOptions& options,
                                                               absl::Span<const size_t> columns);

}  // namespace blindlink::agent
