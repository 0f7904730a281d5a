#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "agent/synthetic/coded_table.h"

namespace blindlink::agent {

// What a synthetic table gives away about the persons it was made from, beyond what it gives away
// about others of the same population: a hold-out that had no part in it.
struct PrivacyCheck {
  // Shares of synthetic rows that equal a row of the data, and of the hold-out (as many rows).
  double equal_to_real = 0, equal_to_holdout = 0;
  // Share of synthetic rows whose nearest row (columns that differ) is in the data rather than in
  // the hold-out; ties count half. 0.5: the synthetic rows are no nearer to the persons they were
  // made from.
  double nearer_to_real = 0;
  // Synthetic rows by the distance of the nearest row: [0] equal, [1] one column differs, ...
  std::vector<uint64_t> distances_to_real, distances_to_holdout;
  uint64_t rows_compared = 0;  // of the data and the hold-out, each
  // An attacker knows all other columns of a person and takes this one from the nearest synthetic
  // rows: how often that is right.
  struct Attribute {
    std::string column;
    double right_for_real = 0, right_for_holdout = 0;
    double most_frequent = 0;  // how often the most frequent value of the data is right
  };
  std::vector<Attribute> attributes;
};

// Compares samples if the tables are large, always the same ones.
PrivacyCheck CheckPrivacy(const std::vector<Domain>& domains, const CodedTable& real,
                          const CodedTable& holdout, const CodedTable& synthetic);

}  // namespace blindlink::agent
