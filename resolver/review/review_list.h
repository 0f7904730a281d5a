#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "blindlink/v1/review_service.pb.h"
#include "resolver/review/review_register.h"
#include "resolver/review/review_run.h"

namespace blindlink::resolver {

// What coordinators see of a run's pairs, with what was decided since. `caller` is a coordinator's
// name. Errors are those of review_service.proto. Thread-safe.

absl::StatusOr<v1::ListReviewItemsResponse> ListItems(const ReviewRun& run,
                                                      const ReviewRegister& review,
                                                      const v1::ListReviewItemsRequest& request,
                                                      absl::string_view caller);
absl::StatusOr<v1::ReviewItemDetails> ShowItem(const ReviewRun& run, const ReviewRegister& review,
                                               const NamedPair& pair, absl::string_view caller);
absl::StatusOr<v1::ListReviewConflictsResponse> ListConflicts(const ReviewRun& run,
                                                              const ReviewRegister& review);
// `sample` by name; empty: the newest.
absl::StatusOr<v1::SampleQuality> QualityOfSample(const ReviewRegister& review,
                                                  absl::string_view sample);

}  // namespace blindlink::resolver
