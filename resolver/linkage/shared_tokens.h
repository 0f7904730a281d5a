#pragma once

#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "blindlink/storage/v1/resolver_storage.pb.h"
#include "blindlink/v1/explanation_service.pb.h"
#include "common/base/bytes16.h"
#include "common/plan/plan.h"
#include "resolver/index/token_index.h"

namespace blindlink::resolver {

struct SiteRecord {
  std::string site;
  RecordPseudonym record;
};

// The tokens that two records share in `datasets` of the index as it is now, with the forms that
// each of the two made them in; by match key, then forms. Over-used tokens are not among them:
// whose they are is not stored. Match keys that `plan` does not have are left out.
//
// Reads all tokens and pseudonyms of one record's site, of the site that has fewer, and looks up
// that record's tokens in the other: the index is in the order of tokens, not of records. Asks
// `cancelled` now and then: CANCELLED. NOT_FOUND if `datasets` lack one of the records. DATA_LOSS;
// FAILED_PRECONDITION if the index is dropped.
absl::StatusOr<std::vector<v1::SharedToken>> FindSharedTokens(
    const TokenIndex& index, const std::vector<storage::v1::CommittedDataset>& datasets,
    const Plan& plan, const SiteRecord& left, const SiteRecord& right,
    absl::FunctionRef<bool()> cancelled);

}  // namespace blindlink::resolver
