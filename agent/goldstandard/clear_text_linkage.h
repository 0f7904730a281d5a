#pragma once

#include "absl/status/statusor.h"
#include "agent/goldstandard/gold_options.h"
#include "agent/goldstandard/gold_report.h"
#include "common/plan/plan.h"

namespace blindlink::agent {

// The gold standard: links files of clear text on one trusted machine by the model of Fellegi and
// Sunter (1969), as the Quality Stage of the 2013 report did. Candidates are records that share a
// blocking key (blocking_keys.h). Their agreement is judged on the values themselves
// (record_comparison.h). The weights are learned from the data without truth (common/score), and
// chance agreement from random pairs. Rare names weigh more.
//
// Holds all files but the largest in memory and streams the largest past them once; if pairs within
// a site count, holds all files. The candidates wait in a nameless file in the folder of
// `pairs_out`. Output files appear only when complete.
//
// INVALID_ARGUMENT if there is no site, if two have the same name, or if standard input would have
// to be read twice. CANCELLED. Otherwise the errors of RunSitePass and common/base/files.h.
absl::StatusOr<GoldReport> LinkClearText(const Plan& plan, const GoldOptions& options);

}  // namespace blindlink::agent
