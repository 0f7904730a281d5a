#include "researcher/evaluate/reference.h"

#include <algorithm>
#include <tuple>

#include "common/base/status_macros.h"
#include "researcher/evaluate/evaluation.h"

namespace blindlink::researcher {
namespace {

uint64_t ComparablePairs(uint64_t left, uint64_t right) {
  if (left == 0) return 0;
  return right == 0 ? left * (left - 1) / 2 : left * right;
}

bool AnyAcross(const std::vector<RecordPair>& pairs, const RecordTable& records) {
  return std::any_of(pairs.begin(), pairs.end(), [&](const RecordPair& pair) {
    return records.SiteOf(pair.left) != records.SiteOf(pair.right);
  });
}

}  // namespace

absl::StatusOr<Reference> Reference::Read(const EvaluationRequest& request, RecordTable* records) {
  Reference reference;
  if (!request.truth_file.empty()) {
    BL_ASSIGN_OR_RETURN(reference.truth_, Truth::Read(request.truth_file, records));
    reference.scope_ = reference.truth_->sites() > 1 ? PairScope::kCrossSite  //
                                                     : PairScope::kWithinSite;
  } else {
    BL_ASSIGN_OR_RETURN(reference.other_, PairFile::Read(request.against_file, records));
    reference.scope_ = AnyAcross(reference.other_.pairs, *records) ? PairScope::kCrossSite
                                                                   : PairScope::kWithinSite;
    reference.comparable_ = ComparablePairs(request.records_left, request.records_right);
  }
  if (request.scope.has_value()) reference.scope_ = *request.scope;
  return reference;
}

bool Reference::Knows(uint32_t record) const {
  return !truth_.has_value() || truth_->PersonOf(record).has_value();
}

bool Reference::IsTrue(const RecordPair& pair) const {
  if (truth_.has_value()) return truth_->PersonOf(pair.left) == truth_->PersonOf(pair.right);
  const auto found = std::lower_bound(
      other_.pairs.begin(), other_.pairs.end(), pair, [](const auto& a, const auto& b) {
        return std::tie(a.left, a.right) < std::tie(b.left, b.right);
      });
  return found != other_.pairs.end() && found->SameRecords(pair);
}

uint64_t Reference::TruePairs(const RecordTable& records, Truth::RecordFilter keep) const {
  if (truth_.has_value()) return truth_->TruePairs(records, scope_, keep);
  return static_cast<uint64_t>(
      std::count_if(other_.pairs.begin(), other_.pairs.end(), [&](const RecordPair& pair) {
        return InScope(scope_, records.SiteOf(pair.left), records.SiteOf(pair.right)) &&
               keep(pair.left) && keep(pair.right);
      }));
}

uint64_t Reference::Comparable(const RecordTable& records) const {
  return truth_.has_value() ? truth_->ComparablePairs(records, scope_) : comparable_;
}

}  // namespace blindlink::researcher
