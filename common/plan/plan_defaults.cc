#include "common/plan/plan_defaults.h"

#include <cstdint>

namespace blindlink {
namespace {

constexpr uint32_t kMaxTokensPerRecord = 64;
constexpr uint32_t kMaxRecordsPerToken = 500;
constexpr uint32_t kMaxEntitySize = 50;
constexpr uint32_t kTokenBudget = 32;
constexpr double kMaxRejectShare = 0.10;
constexpr uint64_t kMinRowsBeforeRejectShare = 1000;
constexpr uint32_t kClassSize = 20;
constexpr double kMaxNamedAboveGuess = 0.001;

void FillIn(v1::Component* component) {
  if (component->form() == v1::FORM_UNSPECIFIED) component->set_form(v1::EXACT);
  for (v1::Variant& variant : *component->mutable_variants()) {
    if (variant.meets() == v1::MEETS_UNSPECIFIED) variant.set_meets(v1::BASE_ONLY);
  }
}

void FillIn(v1::MatchKey* key) {
  if (key->max_tokens_per_record() == 0) key->set_max_tokens_per_record(kMaxTokensPerRecord);
  if (key->usual_tokens() == 0) key->set_usual_tokens(1);
  for (v1::Component& component : *key->mutable_components()) FillIn(&component);
}

void FillIn(v1::EntityRules* rules) {
  if (rules->joining_levels().empty()) rules->add_joining_levels(v1::FULL);
  if (rules->max_entity_size() == 0) rules->set_max_entity_size(kMaxEntitySize);
}

void FillIn(v1::Limits* limits) {
  if (limits->max_records_per_token() == 0) limits->set_max_records_per_token(kMaxRecordsPerToken);
  if (limits->max_reject_share() == 0) limits->set_max_reject_share(kMaxRejectShare);
  if (limits->min_rows_before_reject_share() == 0) {
    limits->set_min_rows_before_reject_share(kMinRowsBeforeRejectShare);
  }
  if (limits->earliest_year() == 0) limits->set_earliest_year(kDefaultEarliestYear);
}

void FillIn(v1::AuditThresholds* audit) {
  if (audit->class_size() == 0) audit->set_class_size(kClassSize);
  if (audit->max_named_above_guess() == 0) audit->set_max_named_above_guess(kMaxNamedAboveGuess);
}

}  // namespace

void FillInDefaults(v1::LinkagePlan* plan) {
  if (plan->token_scheme() == v1::TOKEN_SCHEME_UNSPECIFIED) plan->set_token_scheme(v1::HMAC_SHA256);
  for (v1::MatchKey& key : *plan->mutable_match_keys()) FillIn(&key);
  for (v1::Column& column : *plan->mutable_columns()) {
    if (column.filled() == 0) column.set_filled(1);
  }
  if (plan->token_budget() == 0) plan->set_token_budget(kTokenBudget);
  v1::Scoring& scoring = *plan->mutable_scoring();
  if (scoring.decision() == v1::DECISION_UNSPECIFIED) scoring.set_decision(v1::BY_RULES);
  FillIn(plan->mutable_entity_rules());
  FillIn(plan->mutable_limits());
  if (plan->has_audit()) FillIn(plan->mutable_audit());
}

}  // namespace blindlink
