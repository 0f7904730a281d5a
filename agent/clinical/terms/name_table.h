#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "agent/clinical/terms/review_file.h"
#include "agent/clinical/terms/term_matcher.h"

namespace blindlink::agent {

// The columns of a table of names; empty: found by the header.
struct NameColumns {
  std::string name, code;
};

struct NameTableCounts {
  uint64_t rows = 0, distinct = 0, automatic = 0, suspected = 0, history = 0, family = 0;
};

// Standardizes a table with a name (name, diagnosis, term, surface) and optionally a code column.
// `out_path` gets all its columns and standard_name, standard_code, certainty, automatic (0 or 1),
// probability, candidates (CODE:PROBABILITY, best first) and explanation; names that are not
// automatic have neither standard name nor code, and go to `review`. The file is whole or absent.
// `progress` gets rows and the share read.
absl::StatusOr<NameTableCounts> MatchNameTable(
    const std::string& path, const NameColumns& columns, const TermMatcher& matcher,
    const std::string& out_path, ReviewFile* review,
    const std::function<void(uint64_t rows, double share)>& progress);

}  // namespace blindlink::agent
