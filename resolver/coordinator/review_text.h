#pragma once

#include <string>

#include "blindlink/v1/review_service.pb.h"

namespace blindlink::resolver {

// What `blindlink-resolver review` prints.
std::string ReviewText(const v1::ListReviewItemsResponse& list);
std::string ReviewText(const v1::ReviewItemDetails& details);
std::string ReviewText(const v1::ListReviewConflictsResponse& conflicts);
std::string ReviewText(const v1::ReviewStatistics& statistics);
std::string ReviewText(const v1::ReviewSample& sample);
std::string ReviewText(const v1::SampleQuality& quality);

// "link", "do-not-link", "undecided"; "-" if there is none.
std::string WordFor(v1::Verdict verdict);
// "band-low", ...
std::string WordFor(v1::ReviewReason reason);
// "open", "awaits-reader", ...
std::string WordFor(v1::ReviewState state);

}  // namespace blindlink::resolver
