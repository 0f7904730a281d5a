#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/status/statusor.h"

namespace blindlink::agent {

// The raw texts of one field of a record, nearly always one or none.
using RawTexts = absl::InlinedVector<std::string, 1>;

// One record of the site, as the file has it: nothing is standardized yet.
struct RawRecord {
  std::string record_id;   // as in the file, never empty
  uint64_t row = 0;        // 1-based row of its first row (data rows; the header is not counted)
  uint64_t row_count = 1;  // rows grouped into it
  // By index of LinkagePlan.fields: the raw texts (several when rows or columns give several,
  // duplicates removed; none when the record has no such value).
  std::vector<RawTexts> values;
};

// Where records come from. Not thread-safe: one reader.
class RecordSource {
 public:
  virtual ~RecordSource() = default;

  // The next record; nullopt at the end. Malformed rows are counted in the reject log and skipped;
  // a status means the run cannot go on (the file cannot be read, too many rejected rows, ...).
  virtual absl::StatusOr<std::optional<RawRecord>> Next() = 0;

  // The share of the input's bytes read so far, 0..1; -1 if unknown (a pipe).
  virtual double ShareRead() const = 0;
};

// Why a row, or a value of it, is not used. Never holds a value.
struct Reject {
  uint64_t row = 0;    // 1-based data row
  std::string column;  // the input's column or the plan's field; empty if the whole row is meant
  std::string reason;  // a code such as "impossible-date"
};

}  // namespace blindlink::agent
