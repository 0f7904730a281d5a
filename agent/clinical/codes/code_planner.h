#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "agent/clinical/codes/code_book.h"
#include "agent/clinical/codes/code_map.h"
#include "agent/clinical/codes/code_rules.h"
#include "agent/clinical/codes/code_survey.h"

namespace blindlink::agent {

struct SystemPlan {
  std::string system;
  std::vector<CodeMap::Row> rows;
  // Estimates, from the surveys alone: the share of the codes' entropy that is kept, and an upper
  // estimate of the share of persons who will have a rare combination once sites are linked.
  double entropy_kept = 0;
  double rare_persons = 0;
};

// Chooses what may be released of the codes of all sites (docs/codes.md explains it): nodes that
// at least `min_persons` distinct persons have for certain (the largest count of a site: persons
// may be at several). Where combinations count, nodes are taken in the order of the entropy they
// add for each person they are expected to expose by a combination that meets only after linkage,
// until `max_rare` (a share of all persons) is used up. INVALID_ARGUMENT, naming the
// file, if a survey was made with another code book or by other rules, or there is none.
absl::StatusOr<std::vector<SystemPlan>> PlanCodes(const CodeBook& book,
                                                  absl::Span<const CodeTarget> targets,
                                                  absl::Span<const CodeSurvey> surveys,
                                                  double max_rare);

// The expected number of persons in a group that has between 1 and `k` - 1 persons, if the number
// of persons is Poisson's with this mean; and the mean for which it is largest.
double Exposed(double mean, uint32_t k);
double MostExposing(uint32_t k);

}  // namespace blindlink::agent
