#pragma once

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "blindlink/v1/review_service.pb.h"

namespace blindlink::resolver {

// A stratum of a sample as it was read: `low` to `expected_links` of SampleStratum.

// What the read pairs say about the run's pairs: the run as it decided, then by threshold. Empty if
// a stratum with pairs has none that is decided.
//
// The estimates weigh each stratum's share of links by its number of pairs (the stratified
// estimator; Cochran, Sampling Techniques, 1977, section 5.3). The intervals come from the links
// among the unread pairs of each stratum: their number is drawn from the beta-binomial distribution
// that Jeffreys' prior gives, so that a stratum which was read whole leaves nothing unsure; where
// all read pairs are links, or none, the interval ends at all or none (Brown, Cai and DasGupta
// 2001, section 4.1.2). Ratios of the sums are taken draw by draw. Undecided pairs count as not
// drawn. The same input gives the same rows.
std::vector<v1::QualityRow> EstimateQuality(absl::Span<const v1::SampleStratum> strata);

}  // namespace blindlink::resolver
