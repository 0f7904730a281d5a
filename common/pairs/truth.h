#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "common/pairs/pair_scope.h"
#include "common/pairs/record_table.h"

namespace blindlink {

// Which record belongs to which person: the truth that results are measured against.
class Truth {
 public:
  // Reads a CSV file with the columns site, record and person (others are ignored). A record may
  // occur twice with the same person. Errors as CsvReader; INVALID_ARGUMENT, with the row, for an
  // empty field or two persons of one record.
  static absl::StatusOr<Truth> Read(const std::string& path, RecordTable* records);

  // Nothing if the truth does not contain the record.
  std::optional<uint32_t> PersonOf(uint32_t record) const;
  // The number of pairs of records of one person, and of any two records in the truth. With `keep`,
  // only records for which it is true count.
  using RecordFilter = absl::FunctionRef<bool(uint32_t record)>;
  uint64_t TruePairs(const RecordTable& records, PairScope scope) const;
  uint64_t TruePairs(const RecordTable& records, PairScope scope, RecordFilter keep) const;
  uint64_t ComparablePairs(const RecordTable& records, PairScope scope) const;

  uint64_t records() const { return known_; }
  uint32_t persons() const { return persons_; }
  uint32_t sites() const { return sites_; }

 private:
  static constexpr uint32_t kUnknown = UINT32_MAX;

  void Learn(uint32_t record, uint32_t person);

  std::vector<uint32_t> person_of_;  // by record
  uint64_t known_ = 0;
  uint32_t persons_ = 0;
  uint32_t sites_ = 0;
};

}  // namespace blindlink
