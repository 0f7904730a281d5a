#pragma once

#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"
#include "common/pairs/pair_file.h"
#include "common/pairs/pair_scope.h"
#include "common/pairs/record_table.h"
#include "common/pairs/truth.h"

namespace blindlink::researcher {

struct EvaluationRequest;

// What results are measured against: either the truth, or another system's pairs.
class Reference {
 public:
  // Errors as Truth::Read and PairFile::Read.
  static absl::StatusOr<Reference> Read(const EvaluationRequest& request, RecordTable* records);

  PairScope scope() const { return scope_; }
  const std::optional<Truth>& truth() const { return truth_; }
  const PairFile& other() const { return other_; }

  // Whether pairs of this record can be judged.
  bool Knows(uint32_t record) const;
  bool IsTrue(const RecordPair& pair) const;
  // True pairs in scope among records for which `keep` is true.
  uint64_t TruePairs(const RecordTable& records, Truth::RecordFilter keep) const;
  // The number of all possible pairs; 0: not known.
  uint64_t Comparable(const RecordTable& records) const;

 private:
  std::optional<Truth> truth_;
  PairFile other_;
  PairScope scope_ = PairScope::kCrossSite;
  uint64_t comparable_ = 0;
};

}  // namespace blindlink::researcher
