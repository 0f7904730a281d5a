#include "common/plan/plan_checker.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/base/names.h"
#include "common/plan/evidence_layout.h"
#include "common/plan/match_key_choice.h"
#include "common/plan/match_key_layout.h"
#include "common/plan/oblivious_key.h"
#include "common/plan/padding.h"
#include "common/plan/plan_defaults.h"
#include "common/plan/plan_size.h"
#include "common/plan/standardizer_catalog.h"
#include "google/protobuf/text_format.h"

namespace blindlink {
namespace {

constexpr size_t kMaxFormCodes = 256;
constexpr double kMostUsualTokens = 64;
constexpr size_t kLongestName = 64;

// Checks a plan whose defaults are filled in.
class Checker {
 public:
  Checker(const v1::LinkagePlan& plan, const PlanPlace& top, PlanOrigin origin,
          PlanMistakes* mistakes)
      : plan_(plan), top_(top), origin_(origin), mistakes_(*mistakes) {
    for (const v1::Field& field : plan.fields()) fields_.emplace(field.name(), &field);
    for (const v1::MatchKey& key : plan.match_keys()) match_keys_.emplace(key.name(), &key);
  }

  void CheckAll() {
    CheckHead();
    CheckFields();
    CheckMatchKeys();
    CheckRules();
    CheckEvidence();
    CheckScoring();
    CheckEntityRulesAndLimits();
    CheckAudit();
    CheckPadding(plan_, top_, &mistakes_);
    CheckObliviousKey(plan_, top_, &mistakes_);
    if (mistakes_.size() == 0) CheckColumns();
  }

 private:
  void CheckHead() {
    if (absl::Status ok = CheckName("plan", plan_.name()); !ok.ok()) {
      mistakes_.Add(top_, "name", std::string(ok.message()));
    }
    if (plan_.version() == 0) {
      mistakes_.Add(top_, "version", "missing; say which edition this is: 1 or more");
    }
    if (plan_.description().empty()) {
      mistakes_.Add(top_, "description",
                    "missing; say who should use this plan and what it reveals");
    }
    if (plan_.standardizer_version().empty()) {
      mistakes_.Add(top_, "standardizer_version", "missing; the agent's --version shows its own");
    }
  }

  // Names are printed on terminals and stand in CSV files that spreadsheets open.
  void CheckPrintedName(const char* repeated, int index, const std::string& name) {
    if (origin_ == PlanOrigin::kAccepted) return;
    const auto allowed = [](unsigned char c) {
      return absl::ascii_isalnum(c) || c == '_' || c == '.' || c == '-';
    };
    const bool valid = !name.empty() && name.size() <= kLongestName &&
                       std::all_of(name.begin(), name.end(), allowed) && name[0] != '-' &&
                       name[0] != '.';
    if (!valid) {
      mistakes_.AddNested(top_, repeated, index, "name",
                          "must be 1 to 64 characters of A-Z, a-z, 0-9, '_', '.' and '-', and not "
                          "begin with '.' or '-'");
    }
  }

  void CheckFields() {
    std::set<std::string> seen;
    for (int i = 0; i < plan_.fields_size(); ++i) {
      const v1::Field& field = plan_.fields(i);
      const bool valid = !field.name().empty() && field.name().size() <= kLongestName &&
                         absl::ascii_islower(field.name()[0]) &&
                         std::all_of(field.name().begin(), field.name().end(), [](unsigned char c) {
                           return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '_';
                         });
      if (!valid) {
        mistakes_.AddNested(top_, "fields", i, "name",
                            "must consist of 1 to 64 of a-z, 0-9 and '_' and begin with a letter");
      }
      if (!seen.insert(field.name()).second) {
        mistakes_.AddNested(top_, "fields", i, "name", "is a duplicate");
      }
      if (field.standardizer() == v1::STANDARDIZER_UNSPECIFIED) {
        mistakes_.AddNested(top_, "fields", i, "standardizer", "missing");
      }
    }
    if (plan_.fields().empty()) mistakes_.Add(top_, "fields", "a plan needs fields");
  }

  const v1::Field* FindField(const std::string& name) const {
    const auto found = fields_.find(name);
    return found == fields_.end() ? nullptr : found->second;
  }

  void CheckMatchKeys() {
    if (plan_.match_keys().empty()) mistakes_.Add(top_, "match_keys", "a plan needs match keys");
    std::set<std::string> names;
    std::set<uint32_t> ids;
    for (int i = 0; i < plan_.match_keys_size(); ++i) {
      const v1::MatchKey& key = plan_.match_keys(i);
      const auto wrong = [&](const char* leaf, absl::string_view message) {
        mistakes_.AddNested(top_, "match_keys", i, leaf, message);
      };
      CheckPrintedName("match_keys", i, key.name());
      if (!names.insert(key.name()).second) wrong("name", "is a duplicate");
      if (key.id() < 1 || key.id() > 255) wrong("id", "must be from 1 to 255");
      if (!ids.insert(key.id()).second) wrong("id", "another match key has this id");
      if (key.components_size() < 2) {
        wrong("components",
              "needs two or more: a token of a single field is open to frequency attacks");
      }
      const size_t before = mistakes_.size();
      CheckComponents(i, key);
      if (key.has_exchange()) CheckExchange(i, key);
      if (mistakes_.size() == before && FormCodes(key) > kMaxFormCodes) {
        wrong("components", absl::StrCat("has more than ", kMaxFormCodes,
                                         " combinations of forms: leave out variants"));
      }
    }
  }

  // How many form codes the match key has; any number above kMaxFormCodes if it has too many.
  static size_t FormCodes(const v1::MatchKey& key) {
    size_t count = key.has_exchange() ? 2 : 1;
    for (const v1::Component& component : key.components()) {
      if (count > kMaxFormCodes) return count;  // further factors could overflow
      count *= 1 + static_cast<size_t>(component.variants_size());
    }
    return count;
  }

  void CheckComponents(int key_index, const v1::MatchKey& key) {
    const PlanPlace key_place = top_.Nested("match_keys", key_index);
    std::set<std::string> fields;
    for (int i = 0; i < key.components_size(); ++i) {
      const v1::Component& component = key.components(i);
      const v1::Field* field = FindField(component.field());
      if (field == nullptr) {
        mistakes_.AddNested(key_place, "components", i, "field",
                            "there is no such field in fields");
        continue;
      }
      if (!fields.insert(component.field()).second) {
        mistakes_.AddNested(key_place, "components", i, "field",
                            "a match key uses a field only once");
      }
      const auto unoffered = [&](v1::Form form) {
        return absl::StrCat(v1::Form_Name(form), " is no form of ",
                            v1::Standardizer_Name(field->standardizer()), "; it offers ",
                            ListFormsOf(field->standardizer()));
      };
      if (!Offers(field->standardizer(), component.form())) {
        mistakes_.AddNested(key_place, "components", i, "form", unoffered(component.form()));
      }
      const PlanPlace component_place = key_place.Nested("components", i);
      std::set<v1::Form> forms = {component.form()};
      for (int j = 0; j < component.variants_size(); ++j) {
        const v1::Variant& variant = component.variants(j);
        if (!Offers(field->standardizer(), variant.form())) {
          mistakes_.AddNested(component_place, "variants", j, "form", unoffered(variant.form()));
        } else if (!forms.insert(variant.form()).second) {
          mistakes_.AddNested(component_place, "variants", j, "form",
                              "this component already has this form");
        }
      }
    }
  }

  void CheckExchange(int key_index, const v1::MatchKey& key) {
    const PlanPlace place = top_.Nested("match_keys", key_index);
    const auto component = [&key](const std::string& field) -> const v1::Component* {
      for (const v1::Component& c : key.components()) {
        if (c.field() == field) return &c;
      }
      return nullptr;
    };
    const v1::Component* first = component(key.exchange().first());
    const v1::Component* second = component(key.exchange().second());
    if (first == nullptr || second == nullptr || first == second) {
      mistakes_.AddNested(place, "exchange", 0, "first",
                          "first and second must be two components of this match key");
    }
  }

  const v1::MatchKey* FindMatchKey(const std::string& name) const {
    const auto found = match_keys_.find(name);
    return found == match_keys_.end() ? nullptr : found->second;
  }

  void CheckRules() {
    if (plan_.match_rules().empty() && plan_.scoring().decision() != v1::BY_SCORE) {
      mistakes_.Add(top_, "match_rules", "a plan needs match rules, or scoring with BY_SCORE");
    }
    std::set<std::string> names;
    for (int i = 0; i < plan_.match_rules_size(); ++i) {
      const v1::MatchRule& rule = plan_.match_rules(i);
      const auto wrong = [&](const char* leaf, absl::string_view message) {
        mistakes_.AddNested(top_, "match_rules", i, leaf, message);
      };
      CheckPrintedName("match_rules", i, rule.name());
      if (!names.insert(rule.name()).second) wrong("name", "is a duplicate");
      if (rule.level() == v1::MATCH_LEVEL_UNSPECIFIED) wrong("level", "write FULL or PARTIAL");
      if (!(rule.score() > 0 && rule.score() <= 1))
        wrong("score", "must be greater than 0 and at most 1");
      if (rule.all_of().empty()) wrong("all_of", "a rule needs a condition");
      const PlanPlace rule_place = top_.Nested("match_rules", i);
      for (int j = 0; j < rule.all_of_size(); ++j) CheckCondition(rule_place, j, rule.all_of(j));
    }
  }

  void CheckCondition(const PlanPlace& rule_place, int index, const v1::Condition& condition) {
    const auto wrong = [&](const char* leaf, absl::string_view message) {
      mistakes_.AddNested(rule_place, "all_of", index, leaf, message);
    };
    const v1::MatchKey* key = FindMatchKey(condition.match_key());
    if (key == nullptr) return wrong("match_key", "there is no such match key in match_keys");
    if (condition.accept_exchange() && !key->has_exchange()) {
      wrong("accept_exchange", "this match key has no exchange");
    }
    if (condition.any_form() && !condition.accept().empty()) {
      wrong("any_form", "any_form accepts every form: remove accept");
    }
    for (int j = 0; j < condition.accept_size(); ++j) {
      const v1::Accept& accept = condition.accept(j);
      const PlanPlace place = rule_place.Nested("all_of", index);
      const auto component =
          std::find_if(key->components().begin(), key->components().end(),
                       [&](const v1::Component& c) { return c.field() == accept.field(); });
      if (component == key->components().end()) {
        mistakes_.AddNested(place, "accept", j, "field", "is not a component of this match key");
        continue;
      }
      for (const int form : accept.forms()) {
        const bool is_variant =
            std::any_of(component->variants().begin(), component->variants().end(),
                        [form](const v1::Variant& v) { return v.form() == form; });
        if (!is_variant) {
          mistakes_.AddNested(place, "accept", j, "forms",
                              absl::StrCat(v1::Form_Name(static_cast<v1::Form>(form)),
                                           " is not a variant of this component"));
        }
      }
    }
  }

  void CheckEvidence() {
    std::set<std::string> seen;
    const size_t before = mistakes_.size();
    for (int i = 0; i < plan_.evidence_size(); ++i) {
      const std::string& name = plan_.evidence(i).field();
      const v1::Field* field = FindField(name);
      if (field == nullptr) {
        mistakes_.AddNested(top_, "evidence", i, "field", "there is no such field in fields");
      } else if (TraitsOf(field->standardizer()).codes.empty()) {
        mistakes_.AddNested(top_, "evidence", i, "field",
                            "fields of this standardizer give no evidence");
      } else if (!seen.insert(name).second) {
        mistakes_.AddNested(top_, "evidence", i, "field", "is a duplicate");
      }
    }
    if (mistakes_.size() != before) return;
    const EvidenceLayout layout(plan_, {});
    if (layout.bit_count() > EvidenceLayout::kMaxBits ||
        plan_.evidence_size() > EvidenceLayout::kMaxFields) {
      mistakes_.Add(
          top_, "evidence",
          absl::StrCat("needs ", layout.bit_count(), " comparisons of ", plan_.evidence_size(),
                       " fields, at most ", EvidenceLayout::kMaxBits, " of ",
                       EvidenceLayout::kMaxFields, " are possible: leave out fields"));
    }
  }

  void CheckScoring() {
    const v1::Scoring& scoring = plan_.scoring();
    const auto wrong = [&](const char* leaf, absl::string_view message) {
      mistakes_.AddNested(top_, "scoring", 0, leaf, message);
    };
    if (scoring.decision() != v1::BY_RULES && plan_.evidence().empty()) {
      wrong("decision", "a score needs evidence: name the fields in evidence");
    }
    if (!(scoring.min_score() >= 0 && scoring.min_score() <= 1)) {
      wrong("min_score", "must be from 0 to 1");
    }
    if (!(scoring.min_expected_ppv() >= 0 && scoring.min_expected_ppv() < 1)) {
      wrong("min_expected_ppv", "must be from 0 to less than 1");
    }
    if (!(scoring.wrong_pair_cost() >= 0 && scoring.wrong_pair_cost() <= 1000)) {
      wrong("wrong_pair_cost", "must be from 0 to 1000");
    }
    CheckBounds(scoring);
  }

  void CheckBounds(const v1::Scoring& scoring) {
    std::set<std::string> of_evidence;
    for (const v1::EvidenceField& evidence : plan_.evidence()) {
      of_evidence.insert(evidence.field());
    }
    for (const v1::AgreementBound& bound : scoring.bounds()) {
      if (of_evidence.erase(bound.field()) == 0) {
        mistakes_.AddNested(
            top_, "scoring", 0, "bounds",
            absl::StrCat("\"", bound.field(), "\" is not a field of evidence, or has two bounds"));
      }
      if (!(bound.least_agreement() >= 0 && bound.least_agreement() < 1)) {
        mistakes_.AddNested(top_, "scoring", 0, "bounds",
                            "least_agreement must be from 0 to less than 1");
      }
    }
  }

  // Of a plan that is right otherwise.
  void CheckColumns() {
    std::set<std::string> seen;
    for (int i = 0; i < plan_.columns_size(); ++i) {
      const v1::Column& column = plan_.columns(i);
      const auto wrong = [&](const char* leaf, absl::string_view message) {
        mistakes_.AddNested(top_, "columns", i, leaf, message);
      };
      if (FindField(column.field()) == nullptr) {
        wrong("field", "there is no such field in fields");
      } else if (!seen.insert(column.field()).second) {
        wrong("field", "is a duplicate");
      }
      if (!(column.filled() > 0 && column.filled() <= 1)) {
        wrong("filled", "must be greater than 0 and at most 1");
      }
    }
    for (int i = 0; i < plan_.match_keys_size(); ++i) CheckSpare(i, plan_.match_keys(i));
    if (!plan_.columns().empty() && !plan_.match_rules().empty()) {
      mistakes_.Add(top_, "columns", "match rules need every match key: remove one or the other");
    }
    const std::vector<MatchKeyChoice> choices = ChooseMatchKeys(plan_);
    if (std::none_of(choices.begin(), choices.end(), [](const MatchKeyChoice& choice) {
          return choice.state == MatchKeyState::kOn;
        })) {
      mistakes_.Add(top_, "columns",
                    "no match key is on: the sites have too few columns in common for this plan");
    }
  }

  void CheckSpare(int index, const v1::MatchKey& key) {
    if (key.spare() && !plan_.match_rules().empty()) {
      mistakes_.AddNested(top_, "match_keys", index, "spare",
                          "a plan with match rules has no spare match keys");
    }
    if (!(key.usual_tokens() > 0 && key.usual_tokens() <= kMostUsualTokens)) {
      mistakes_.AddNested(top_, "match_keys", index, "usual_tokens",
                          "must be greater than 0 and at most 64");
    }
  }

  void CheckEntityRulesAndLimits() {
    if (plan_.entity_rules().max_entity_size() < 2) {
      mistakes_.AddNested(top_, "entity_rules", 0, "max_entity_size", "must be 2 or more");
    }
    const v1::Limits& limits = plan_.limits();
    if (limits.max_records_per_token() < 2) {
      mistakes_.AddNested(top_, "limits", 0, "max_records_per_token", "must be 2 or more");
    }
    if (!(limits.max_reject_share() > 0 && limits.max_reject_share() <= 1)) {
      mistakes_.AddNested(top_, "limits", 0, "max_reject_share",
                          "must be greater than 0 and at most 1");
    }
    if (limits.earliest_year() < 1800 || limits.earliest_year() > 2000) {
      mistakes_.AddNested(top_, "limits", 0, "earliest_year", "must be from 1800 to 2000");
    }
  }

  void CheckAudit() {
    if (plan_.max_records_per_token_at_site() == 1) {
      mistakes_.Add(
          top_, "max_records_per_token_at_site",
          "must be 0, for no limit, or 2 or more: the records of one person share tokens");
    }
    if (!plan_.has_audit()) return;
    const v1::AuditThresholds& audit = plan_.audit();
    const auto wrong = [&](const char* leaf) {
      mistakes_.AddNested(top_, "audit", 0, leaf, "must be from 0 to 1");
    };
    if (!(audit.max_chained() >= 0 && audit.max_chained() <= 1)) wrong("max_chained");
    if (!(audit.max_named_above_guess() > 0 && audit.max_named_above_guess() <= 1)) {
      wrong("max_named_above_guess");
    }
    if (audit.class_size() < 2) {
      mistakes_.AddNested(top_, "audit", 0, "class_size", "must be 2 or more");
    }
  }

  const v1::LinkagePlan& plan_;
  const PlanPlace top_;
  const PlanOrigin origin_;
  PlanMistakes& mistakes_;
  std::map<absl::string_view, const v1::Field*> fields_;         // the first of each name
  std::map<absl::string_view, const v1::MatchKey*> match_keys_;  // likewise
};

}  // namespace

std::vector<PlanMistake> ReadAndCheckPlan(absl::string_view text, PlanOrigin origin,
                                          v1::LinkagePlan* plan) {
  PlanMistakes mistakes;
  CheckPlanText(text, origin, &mistakes);
  if (mistakes.size() > 0) return mistakes.Take();
  google::protobuf::TextFormat::ParseInfoTree locations;
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&mistakes);
  parser.WriteLocationsTo(&locations);
  if (parser.ParseFromString(std::string(text), plan)) {
    FillInDefaults(plan);
    const PlanPlace top = PlanPlace::OfPlan(&locations);
    CheckPlanSize(*plan, top, &mistakes);
    if (mistakes.size() == 0) Checker(*plan, top, origin, &mistakes).CheckAll();
  } else if (mistakes.size() == 0) {
    mistakes.AddError(-1, -1, "the plan is not protobuf text");
  }
  return mistakes.Take();
}

}  // namespace blindlink
