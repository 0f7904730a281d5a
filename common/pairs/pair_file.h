#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/pairs/record_table.h"

namespace blindlink {

// Two records said to be of one person; left < right, whatever their order in the file.
struct RecordPair {
  uint32_t left;
  uint32_t right;
  uint32_t rule;     // index into PairFile::rules
  double score = 0;  // meaningful if PairFile::has_scores

  bool SameRecords(const RecordPair& other) const {
    return left == other.left && right == other.right;
  }
};

// A file of pairs: a match-pair file, or another system's file with the same first four columns.
struct PairFile {
  struct Rule {
    std::string name;   // empty without such a column
    std::string level;  // likewise
  };

  // Reads left_site, left_record, right_site, right_record and, if present, rule, level and score.
  // A pair that occurs several times, in either direction, is kept once, with its first rule and
  // score. Errors as RequiredFields.
  static absl::StatusOr<PairFile> Read(const std::string& path, RecordTable* records);

  std::vector<RecordPair> pairs;  // by left, then right
  std::vector<Rule> rules;
  // Whether the column score has a number in every row; and how many rows have none.
  bool has_scores = false;
  uint64_t rows_without_score = 0;
  uint64_t rows = 0;
  uint64_t duplicates = 0;  // rows that repeat a pair
  uint64_t self_pairs = 0;  // rows that pair a record with itself; not in `pairs`
};

}  // namespace blindlink
