#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/pairs/pair_scope.h"
#include "common/pairs/record_table.h"

namespace blindlink::agent {

// A pair that was judged wrongly. left < right.
struct PairInQuestion {
  uint32_t left;
  uint32_t right;
};

// The pairs that a linkage missed, and the wrong pairs that it found.
struct PairsInQuestion {
  // Reads a truth (site,record,person) and match pairs with the sites' own record ids. The scope is
  // that of `blindlink-researcher evaluate`: cross-site by default if the truth has at least two
  // sites. Pairs with a record that the truth does not list are ignored. Errors as Truth::Read and
  // PairFile::Read.
  static absl::StatusOr<PairsInQuestion> Read(const std::string& truth_file,
                                              const std::string& pairs_file,
                                              std::optional<PairScope> scope);

  RecordTable records;
  std::vector<PairInQuestion> missed;
  std::vector<PairInQuestion> wrong;
  uint64_t true_pairs = 0;
  uint64_t found_pairs = 0;  // in scope and listed in the truth
};

}  // namespace blindlink::agent
