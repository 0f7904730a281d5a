#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "blindlink/v1/dataset_drift.pb.h"
#include "blindlink/v1/token_block.pb.h"
#include "common/drift/share_change.h"
#include "common/plan/plan.h"

namespace blindlink {

// A dataset as its site counted it.
struct CountedDataset {
  v1::UploadManifest manifest;
  v1::UploadCounts counts;
  // Of the commit. Counts are of these, also if some have left since.
  uint64_t records = 0;
};

// What of a dataset can be compared, by what it measures and of which match key or field.
using MeasureName = std::pair<v1::DriftMeasure, std::string>;

// A measure as a share of trials, and how to read it: a share `s` stands for `lowest + s * span`,
// or for its root where that is said.
struct Measure {
  CountedShare share;
  double lowest = 0;
  double span = 1;
  bool is_square = false;

  double ValueOf(double share_value) const;
};

// All measures of a dataset that was made under `plan`:
//
// - REJECTED_ROWS, MATCH_KEY_FILL: shares as they are counted.
// - TOKENS_PER_RECORD: how they vary from record to record is not known. A number between 1 and m
//   with a given mean varies most if it is always 1 or m (Bhatia and Davis, A better bound on the
//   variance, American Mathematical Monthly 107 (2000)); so the tokens beyond the first, divided by
//   m - 1, are taken for the records with m tokens. Not measured if a record can have one only, or
//   if tokens are missing because they were used too often.
// - FIELD_FILL, EQUAL_VALUES: from UploadCounts.chance, which are pairs of a sample of the records.
//   The pairs of n records vary at most as much as n / 2 independent ones (Hoeffding, A class of
//   statistics with asymptotically normal distribution, Annals of Mathematical Statistics 19
//   (1948)), so they count as so many. Both of a pair have a value with the square of the share.
//
// Counts that contradict each other give no measure.
std::map<MeasureName, Measure> MeasuresOf(const CountedDataset& dataset, const Plan& plan);

}  // namespace blindlink
