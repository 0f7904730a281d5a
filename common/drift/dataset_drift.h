#pragma once

#include <cstddef>
#include <vector>

#include "blindlink/v1/dataset_drift.pb.h"
#include "common/drift/dataset_measures.h"
#include "common/plan/plan.h"

namespace blindlink {

// Compares a dataset with what its site has committed before: has the way in which it is made
// changed? A difference is told if it is both
//
// - no chance: the measure's pooled earlier counts, divided by their own design effect, and the
//   new ones differ with a probability of at most kFalseAlarms over the number of comparisons
//   (Bonferroni; share_change.h), so that a dataset of the same population gets any finding at all
//   with at most kFalseAlarms; and
// - not small: by kLeastEffect (Cohen's h) and kLeastPoints, or, of tokens per record, by
//   kLeastRatio of the earlier mean.

inline constexpr double kFalseAlarms = 0.01;
inline constexpr double kLeastEffect = 0.1;
inline constexpr double kLeastPoints = 0.01;
inline constexpr double kLeastRatio = 0.05;
// The newest datasets that are compared with.
inline constexpr size_t kMostEarlier = 12;

// Whether a dataset is a sample of the site's records as they come in: a correction is not, since
// its records were chosen because they were wrong.
bool IsSample(const v1::UploadManifest& manifest);

// `earlier`: what the site has committed to the project before, oldest first; those that cannot be
// compared are left out here. A replacement that names what it replaces is compared with that
// alone. Pure.
v1::DatasetDrift CompareWithEarlier(const CountedDataset& dataset,
                                    const std::vector<CountedDataset>& earlier, const Plan& plan);

}  // namespace blindlink
