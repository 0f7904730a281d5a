#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/pairs/record_table.h"

namespace blindlink {

// Two records said to be one person; left < right, whatever their order in the file.
struct RecordPair {
  uint32_t left;
  uint32_t right;
  uint32_t rule;     // index into PairFile::rules
  double score = 0;  // with PairFile::has_scores

  bool SameRecords(const RecordPair& other) const {
    return left == other.left && right == other.right;
  }
};

// A file of pairs: a match-pair file, or another system's with the same four first columns.
struct PairFile {
  struct Rule {
    std::string name;   // empty if the file has no such column
    std::string level;  // likewise
  };

  // Reads left_site, left_record, right_site, right_record and, if there, rule, level and score. A
  // pair that stands there several times, in either direction, is kept once, with the rule and
  // score it had first. Errors as RequiredFields.
  static absl::StatusOr<PairFile> Read(const std::string& path, RecordTable* records);

  std::vector<RecordPair> pairs;  // by left, then right
  std::vector<Rule> rules;
  // Whether there is a column score with a number in every row, and where not, in how many rows.
  bool has_scores = false;
  uint64_t rows_without_score = 0;
  uint64_t rows = 0;
  uint64_t duplicates = 0;  // rows that repeat a pair
  uint64_t self_pairs = 0;  // rows that pair a record with itself; left out
};

}  // namespace blindlink
