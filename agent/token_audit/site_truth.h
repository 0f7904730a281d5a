#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "agent/input/input_record.h"
#include "agent/standardize/text/standard_value.h"
#include "agent/token_audit/value_marks.h"
#include "common/base/bytes16.h"
#include "common/base/wiping_allocator.h"
#include "common/plan/plan.h"
#include "common/token_audit/chain_layout.h"

namespace blindlink::agent {

// The values of one field, as numbers in the order in which they are first seen; 0 is "no value".
// Knows which are equal, and nothing else of them. Not thread-safe.
class ValueColumn {
 public:
  // `marks`: how many ValueMarks makes of a value.
  explicit ValueColumn(size_t marks) : width_(marks), marks_(marks, 0) {}

  // The number of a value, by its marks.
  uint32_t NumberOf(absl::Span<const uint64_t> marks);
  void Add(absl::Span<const uint64_t> marks) { of_record_.push_back(NumberOf(marks)); }

  const std::vector<uint32_t, WipingAllocator<uint32_t>>& of_record() const { return of_record_; }
  uint64_t MarkOf(uint32_t number, size_t mark) const { return marks_[number * width_ + mark]; }
  size_t numbers() const { return marks_.size() / width_; }

 private:
  const size_t width_;
  Marks marks_;  // by number
  absl::flat_hash_map<uint64_t, uint32_t> numbers_;
  std::vector<uint32_t, WipingAllocator<uint32_t>> of_record_;
};

// What the site knows and an attacker does not: which records of a token set have equal values. In
// memory only, and no value can be told from it. Memory: 4 bytes a record and followed field, and
// about 24 a different value. Not thread-safe.
class SiteTruth {
 public:
  SiteTruth(const Plan& plan, const ChainLayout& layout);

  const ValueMarks& marks() const { return marks_; }
  // The marks of the next records, in the order of the token set.
  void Add(absl::Span<const uint64_t> marks);

  uint64_t records() const { return records_; }
  // By ChainLayout::targets().
  ValueColumn& column(size_t target) { return columns_[target]; }
  const ValueColumn& column(size_t target) const { return columns_[target]; }

 private:
  const ValueMarks marks_;
  std::vector<ValueColumn> columns_;
  uint64_t records_ = 0;
};

// Reads the values of all records into `truth`, and returns their pseudonyms. Errors are those of
// `source`, which must give the records in the order of the token set (PseudonymOrder).
absl::StatusOr<std::vector<RecordPseudonym>> ReadSiteTruth(
    RecordSource& source, const Plan& plan, const StandardizeOptions& options,
    const std::function<void(uint64_t)>& progress, SiteTruth* truth);

}  // namespace blindlink::agent
