#include "agent/clinical/release_plan/release_plan_defaults.h"

namespace blindlink::agent {
namespace {

constexpr double kMinRight = 0.99;
constexpr uint32_t kMinPersons = 11;
constexpr uint32_t kMinCombination = 5;
constexpr uint32_t kShiftDays = 182;
constexpr uint32_t kOldestAge = 89;

}  // namespace

void FillInDefaults(v1::ReleasePlan* plan) {
  v1::TermRules& terms = *plan->mutable_terms();
  if (terms.min_right() == 0) terms.set_min_right(kMinRight);
  for (v1::CodeRule& rule : *plan->mutable_codes()) {
    if (rule.min_persons() == 0) rule.set_min_persons(kMinPersons);
    if (rule.combination() == 0) rule.set_combination(1);
    if (rule.min_combination() == 0) rule.set_min_combination(kMinCombination);
  }
  if (plan->has_dates()) {
    v1::DateRules& dates = *plan->mutable_dates();
    if (dates.shift_days() == 0) dates.set_shift_days(kShiftDays);
    if (dates.unit() == v1::DATE_UNIT_UNSPECIFIED) dates.set_unit(v1::DAYS);
    if (dates.oldest_age() == 0) dates.set_oldest_age(kOldestAge);
  }
  for (v1::QuasiIdentifier& column : *plan->mutable_quasi_identifiers()) {
    if (column.weight() == 0) column.set_weight(1);
    if (column.has_ranges() && column.ranges().step() == 0) column.mutable_ranges()->set_step(1);
  }
  v1::PrivacyTargets& targets = *plan->mutable_targets();
  if (targets.k() == 0) targets.set_k(kMinPersons);
  if (targets.max_risk() == 0) targets.set_max_risk(1.0 / targets.k());
  if (targets.min_cell() == 0) targets.set_min_cell(kMinPersons);
}

}  // namespace blindlink::agent
