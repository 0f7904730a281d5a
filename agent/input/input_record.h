#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/status/statusor.h"
#include "agent/standardize/text/value_change.h"
#include "common/base/bytes16.h"

namespace blindlink::agent {

// The raw texts of one field of a record; nearly always one or none.
using RawTexts = absl::InlinedVector<std::string, 1>;

// One of the site's records as in the file, before standardization.
struct RawRecord {
  std::string record_id;   // as in the file, never empty
  uint64_t row = 0;        // its first row; counts data rows from 1, without the header
  uint64_t row_count = 1;  // the number of its rows
  // What was done to cells before a field was put together of them; see ValueChange.
  struct Change {
    size_t field;  // index of LinkagePlan.fields
    ValueChange change;
  };
  absl::InlinedVector<Change, 1> changes = {};
  // The raw texts by index of LinkagePlan.fields: several if several rows or columns have different
  // ones, none if the record has no value.
  std::vector<RawTexts> values;
  // Set where records are put in the order of their pseudonyms (agent/pipeline/pseudonym_order.h).
  RecordPseudonym pseudonym = {};
  // Another person has the same record id, and this record stands where that one's pseudonym
  // belongs.
  bool out_of_order = false;
};

// A source of records. Not thread-safe.
class RecordSource {
 public:
  virtual ~RecordSource() = default;

  // The next record; nullopt at the end. Malformed rows are counted in the reject log and skipped.
  // An error means that the run cannot continue: the file cannot be read, too many rows were
  // rejected, and so on.
  virtual absl::StatusOr<std::optional<RawRecord>> Next() = 0;

  // The share of the input's bytes read so far, from 0 to 1; -1 if unknown (a pipe).
  virtual double ShareRead() const = 0;
};

// Why a row, or one of its values, is not used. Never contains a value.
struct Reject {
  uint64_t row = 0;    // data row, counted from 1
  std::string column;  // the input's column or the plan's field; empty for a whole row
  std::string reason;  // a code such as "impossible-date"
};

}  // namespace blindlink::agent
