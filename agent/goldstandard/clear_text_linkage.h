#pragma once

#include "absl/status/statusor.h"
#include "agent/goldstandard/gold_options.h"
#include "agent/goldstandard/gold_report.h"
#include "common/plan/plan.h"

namespace blindlink::agent {

// The gold standard: links files of clear text on one trusted machine, in the manner of Fellegi and
// Sunter (1969), as the Quality Stage of the 2013 report did. Candidates are records that share a
// blocking key (blocking_keys.h); how well they agree is judged on the values themselves
// (record_comparison.h); the weights are learned from the data without truth (common/score), the
// chance agreement from random pairs of it; rare names weigh more.
//
// All files but the largest are held in memory (with pairs within a site, all), the largest is
// streamed past once; the candidates wait in a nameless file in the folder of `pairs_out`. The
// files appear only when they are whole.
//
// INVALID_ARGUMENT: no site, two of one name, standard input where it would be read twice; else the
// errors of RunSitePass and of common/base/files.h; CANCELLED.
absl::StatusOr<GoldReport> LinkClearText(const Plan& plan, const GoldOptions& options);

}  // namespace blindlink::agent
