#pragma once

#include <tuple>

#include "absl/status/statusor.h"
#include "blindlink/storage/v1/review_storage.pb.h"
#include "blindlink/v1/explanation_service.pb.h"
#include "resolver/results/named_decision.h"

namespace blindlink::resolver {

// Two records of a project, the lower one (by site, then pseudonym) first.
struct NamedPair {
  NamedRecord left;
  NamedRecord right;

  friend bool operator==(const NamedPair& a, const NamedPair& b) {
    return a.left == b.left && a.right == b.right;
  }
  friend bool operator<(const NamedPair& a, const NamedPair& b) {
    return std::tie(a.left, a.right) < std::tie(b.left, b.right);
  }
};

// INVALID_ARGUMENT if a name has no site or no pseudonym of 32 hexadecimal digits, or if both are
// the same record. The order does not matter.
absl::StatusOr<NamedPair> PairOf(const v1::RecordName& left, const v1::RecordName& right);
v1::RecordName NameOf(const NamedRecord& record);

storage::v1::StoredRecord StoredOf(const NamedRecord& record);
// DATA_LOSS if it is no pair in order.
absl::StatusOr<NamedPair> PairOf(const storage::v1::StoredRecord& left,
                                 const storage::v1::StoredRecord& right);

}  // namespace blindlink::resolver
