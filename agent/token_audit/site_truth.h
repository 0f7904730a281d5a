#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "agent/input/input_record.h"
#include "agent/standardize/text/standard_value.h"
#include "common/base/bytes16.h"
#include "common/plan/plan.h"

namespace blindlink::agent {

// The values of one field, as numbers; 0 is "no value".
class ValueColumn {
 public:
  ValueColumn() { texts_.emplace_back(); }

  // The number of a text; the same for equal texts.
  uint32_t NumberOf(absl::string_view text);
  void Add(uint32_t number) { of_record_.push_back(number); }

  const std::vector<uint32_t>& of_record() const { return of_record_; }
  const std::string& TextOf(uint32_t number) const { return texts_[number]; }
  size_t numbers() const { return texts_.size(); }

 private:
  std::vector<std::string> texts_;
  absl::flat_hash_map<std::string, uint32_t> numbers_;
  std::vector<uint32_t> of_record_;
};

// What the site knows and an attacker does not: the values behind a token set. They are in memory
// only, and no report names any.
struct SiteTruth {
  std::vector<RecordPseudonym> records;  // in the order of the token set
  std::vector<ValueColumn> columns;      // by the fields asked for
};

// Reads the first value of each of `fields` (indices into LinkagePlan.fields) of all records; of a
// postal code its first five characters. Errors are those of `source`, which must give the records
// in the order of the token set (PseudonymOrder).
absl::StatusOr<SiteTruth> ReadSiteTruth(RecordSource& source, const Plan& plan,
                                        const StandardizeOptions& options,
                                        const std::vector<size_t>& fields,
                                        const std::function<void(uint64_t)>& progress);

}  // namespace blindlink::agent
