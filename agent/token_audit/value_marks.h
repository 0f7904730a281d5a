#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"
#include "agent/tokenize/record_values.h"
#include "blindlink/v1/plan.pb.h"
#include "common/base/wiping_allocator.h"
#include "common/crypto/siphash.h"
#include "common/plan/plan.h"
#include "common/token_audit/chain_layout.h"

namespace blindlink::agent {

using Marks = std::vector<uint64_t, WipingAllocator<uint64_t>>;

// What naming by rank needs of a record's values, which is only whether they are equal: for each
// field that ChainLayout follows a 64-bit mark of its first value (of a postal code, of the first
// five characters), and one for each coarser form that the plan joins by; 0 if there is none. A
// mark is a SipHash under a random key that never leaves the object and is wiped with it. Of 2^25
// different values, two have one mark with a chance of 1 in 16 000. Immutable, so threads may
// share it.
class ValueMarks {
 public:
  ValueMarks(const Plan& plan, const ChainLayout& layout);
  ValueMarks(const ValueMarks&) = delete;
  ValueMarks& operator=(const ValueMarks&) = delete;
  ~ValueMarks();

  size_t targets() const { return targets_.size(); }
  // Of a target, as ChainLayout::targets(); the first is that of the value itself.
  size_t MarksOf(size_t target) const { return targets_[target].forms.size(); }
  // Which of them a way of joining goes by.
  size_t MarkOfForm(size_t target, v1::Form form) const;

  // Appends the marks of all targets of the record last read; of what address validation added,
  // none.
  void Append(const RecordValues& values, Marks* marks) const;
  // Those of a record that has no values.
  void AppendNone(Marks* marks) const;
  // Those of one target, for a standardized text; none if it is empty.
  void AppendOf(size_t target, absl::string_view text, Marks* marks) const;

 private:
  struct Target {
    size_t field;  // index into LinkagePlan.fields
    v1::Standardizer standardizer;
    std::vector<v1::Form> forms;  // EXACT first
  };

  std::vector<Target> targets_;
  SipHashKey key_;
};

}  // namespace blindlink::agent
