#include "common/plan/plan_checker.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/base/names.h"
#include "common/plan/evidence_layout.h"
#include "common/plan/match_key_layout.h"
#include "common/plan/standardizer_catalog.h"
#include "google/protobuf/io/tokenizer.h"
#include "google/protobuf/text_format.h"

namespace blindlink {
namespace {

using google::protobuf::TextFormat;
using Locations = TextFormat::ParseInfoTree;

constexpr uint32_t kDefaultMaxTokensPerRecord = 64;
constexpr uint32_t kDefaultMaxRecordsPerToken = 500;
constexpr uint32_t kDefaultMaxEntitySize = 50;
constexpr double kDefaultMaxRejectShare = 0.10;
constexpr uint64_t kDefaultMinRowsBeforeRejectShare = 1000;
constexpr size_t kMaxFormCodes = 256;

class SyntaxMistakes : public google::protobuf::io::ErrorCollector {
 public:
  explicit SyntaxMistakes(std::vector<PlanMistake>* out) : out_(out) {}
  void AddError(int line, google::protobuf::io::ColumnNumber column,
                const std::string& message) override {
    out_->push_back({line + 1, column + 1, message});
  }
  void AddWarning(int line, google::protobuf::io::ColumnNumber column,
                  const std::string& message) override {
    AddError(line, column, message);
  }

 private:
  std::vector<PlanMistake>* out_;
};

// A message of the plan with its path and its place in the text.
struct Place {
  const Locations* locations;
  const google::protobuf::Descriptor* type;
  std::string path;

  Place Nested(const char* field, int index) const {
    const auto* descriptor = type->FindFieldByName(field);
    return {locations
                ? locations->GetTreeForNested(descriptor, descriptor->is_repeated() ? index : -1)
                : nullptr,
            descriptor->message_type(),
            descriptor->is_repeated() ? absl::StrCat(path, field, "[", index + 1, "].")
                                      : absl::StrCat(path, field, ".")};
  }
};

class Checker {
 public:
  Checker(v1::LinkagePlan* plan, const Locations* locations, std::vector<PlanMistake>* mistakes)
      : plan_(*plan), top_{locations, v1::LinkagePlan::descriptor(), ""}, mistakes_(*mistakes) {}

  void CheckAll() {
    CheckHead();
    CheckFields();
    CheckMatchKeys();
    CheckRules();
    CheckEvidence();
    CheckScoring();
    CheckEntityRulesAndLimits();
  }

 private:
  // The place of `field` (its index-th value) in `place`; of the enclosing message if it is not
  // written.
  void Wrong(const Place& place, const char* field, absl::string_view message, int index = 0) {
    const auto* descriptor = place.type->FindFieldByName(field);
    TextFormat::ParseLocation at;
    if (place.locations) {
      at = place.locations->GetLocation(descriptor, descriptor->is_repeated() ? index : -1);
    }
    mistakes_.push_back(
        {at.line + 1, at.column + 1, absl::StrCat(place.path, field, ": ", message)});
  }

  // As Wrong, but placed at the nested message's own beginning when it has one.
  void WrongNested(const Place& parent, const char* field, int index, const char* leaf,
                   absl::string_view message) {
    const Place place = parent.Nested(field, index);
    const size_t before = mistakes_.size();
    Wrong(place, leaf, message);
    if (mistakes_[before].line == 0) {
      Wrong(parent, field, message, index);
      mistakes_[before].line = mistakes_.back().line;
      mistakes_[before].column = mistakes_.back().column;
      mistakes_.pop_back();
    }
  }

  void CheckHead() {
    if (absl::Status ok = CheckName("plan", plan_.name()); !ok.ok()) {
      Wrong(top_, "name", std::string(ok.message()));
    }
    if (plan_.version() == 0) Wrong(top_, "version", "say which edition this is: 1 or more");
    if (plan_.description().empty()) {
      Wrong(top_, "description", "say who should use this plan and what it reveals");
    }
    if (plan_.standardizer_version().empty()) {
      Wrong(top_, "standardizer_version", "missing; the agent's --version shows its own");
    }
    if (plan_.token_scheme() == v1::TOKEN_SCHEME_UNSPECIFIED)
      plan_.set_token_scheme(v1::HMAC_SHA256);
  }

  void CheckFields() {
    std::set<std::string> seen;
    for (int i = 0; i < plan_.fields_size(); ++i) {
      const v1::Field& field = plan_.fields(i);
      const bool valid = !field.name().empty() && absl::ascii_islower(field.name()[0]) &&
                         std::all_of(field.name().begin(), field.name().end(), [](unsigned char c) {
                           return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '_';
                         });
      if (!valid)
        WrongNested(top_, "fields", i, "name",
                    "must be of a-z, 0-9 and '_', beginning with a letter");
      if (!seen.insert(field.name()).second)
        WrongNested(top_, "fields", i, "name", "stands here twice");
      if (field.standardizer() == v1::STANDARDIZER_UNSPECIFIED) {
        WrongNested(top_, "fields", i, "standardizer", "missing");
      }
    }
    if (plan_.fields().empty()) Wrong(top_, "fields", "a plan needs fields");
  }

  const v1::Field* FindField(const std::string& name) const {
    for (const v1::Field& field : plan_.fields()) {
      if (field.name() == name) return &field;
    }
    return nullptr;
  }

  void CheckMatchKeys() {
    if (plan_.match_keys().empty()) Wrong(top_, "match_keys", "a plan needs match keys");
    std::set<std::string> names;
    std::set<uint32_t> ids;
    for (int i = 0; i < plan_.match_keys_size(); ++i) {
      v1::MatchKey& key = *plan_.mutable_match_keys(i);
      const auto wrong = [&](const char* leaf, absl::string_view message) {
        WrongNested(top_, "match_keys", i, leaf, message);
      };
      if (key.name().empty()) wrong("name", "missing");
      if (!names.insert(key.name()).second) wrong("name", "stands here twice");
      if (key.id() < 1 || key.id() > 255) wrong("id", "must be 1 to 255");
      if (!ids.insert(key.id()).second) wrong("id", "another match key has this id");
      if (key.components_size() < 2) {
        wrong("components",
              "needs two or more: a token of one field alone is open to frequency attack");
      }
      if (key.max_tokens_per_record() == 0)
        key.set_max_tokens_per_record(kDefaultMaxTokensPerRecord);
      const size_t before = mistakes_.size();
      CheckComponents(i, &key);
      if (key.has_exchange()) CheckExchange(i, key);
      if (mistakes_.size() == before && FormCodes(key) > kMaxFormCodes) {
        wrong("components", absl::StrCat("has ", FormCodes(key), " combinations of forms, at most ",
                                         kMaxFormCodes, " are possible: leave out variants"));
      }
    }
  }

  static size_t FormCodes(const v1::MatchKey& key) {
    size_t count = key.has_exchange() ? 2 : 1;
    for (const v1::Component& component : key.components()) {
      count *= 1 + static_cast<size_t>(component.variants_size());
    }
    return count;
  }

  void CheckComponents(int key_index, v1::MatchKey* key) {
    const Place key_place = top_.Nested("match_keys", key_index);
    std::set<std::string> fields;
    for (int i = 0; i < key->components_size(); ++i) {
      v1::Component& component = *key->mutable_components(i);
      if (component.form() == v1::FORM_UNSPECIFIED) component.set_form(v1::EXACT);
      const v1::Field* field = FindField(component.field());
      if (field == nullptr) {
        WrongNested(key_place, "components", i, "field", "no such field in fields");
        continue;
      }
      if (!fields.insert(component.field()).second) {
        WrongNested(key_place, "components", i, "field", "a match key uses a field once");
      }
      const auto unoffered = [&](v1::Form form) {
        return absl::StrCat(v1::Form_Name(form), " is no form of ",
                            v1::Standardizer_Name(field->standardizer()), "; it offers ",
                            ListFormsOf(field->standardizer()));
      };
      if (!Offers(field->standardizer(), component.form())) {
        WrongNested(key_place, "components", i, "form", unoffered(component.form()));
      }
      const Place component_place = key_place.Nested("components", i);
      std::set<v1::Form> forms = {component.form()};
      for (int j = 0; j < component.variants_size(); ++j) {
        v1::Variant& variant = *component.mutable_variants(j);
        if (variant.meets() == v1::MEETS_UNSPECIFIED) variant.set_meets(v1::BASE_ONLY);
        if (!Offers(field->standardizer(), variant.form())) {
          WrongNested(component_place, "variants", j, "form", unoffered(variant.form()));
        } else if (!forms.insert(variant.form()).second) {
          WrongNested(component_place, "variants", j, "form",
                      "this component has this form already");
        }
      }
    }
  }

  void CheckExchange(int key_index, const v1::MatchKey& key) {
    const Place place = top_.Nested("match_keys", key_index);
    const auto component = [&key](const std::string& field) -> const v1::Component* {
      for (const v1::Component& c : key.components()) {
        if (c.field() == field) return &c;
      }
      return nullptr;
    };
    const v1::Component* first = component(key.exchange().first());
    const v1::Component* second = component(key.exchange().second());
    if (first == nullptr || second == nullptr || first == second) {
      WrongNested(place, "exchange", 0, "first",
                  "first and second must be two components of this match key");
    }
  }

  const v1::MatchKey* FindMatchKey(const std::string& name) const {
    for (const v1::MatchKey& key : plan_.match_keys()) {
      if (key.name() == name) return &key;
    }
    return nullptr;
  }

  void CheckRules() {
    if (plan_.match_rules().empty() && plan_.scoring().decision() != v1::BY_SCORE) {
      Wrong(top_, "match_rules", "a plan needs match rules, or scoring with BY_SCORE");
    }
    std::set<std::string> names;
    for (int i = 0; i < plan_.match_rules_size(); ++i) {
      const v1::MatchRule& rule = plan_.match_rules(i);
      const auto wrong = [&](const char* leaf, absl::string_view message) {
        WrongNested(top_, "match_rules", i, leaf, message);
      };
      if (rule.name().empty()) wrong("name", "missing");
      if (!names.insert(rule.name()).second) wrong("name", "stands here twice");
      if (rule.level() == v1::MATCH_LEVEL_UNSPECIFIED) wrong("level", "write FULL or PARTIAL");
      if (!(rule.score() > 0 && rule.score() <= 1)) wrong("score", "must be over 0 and at most 1");
      if (rule.all_of().empty()) wrong("all_of", "a rule needs a condition");
      const Place rule_place = top_.Nested("match_rules", i);
      for (int j = 0; j < rule.all_of_size(); ++j) CheckCondition(rule_place, j, rule.all_of(j));
    }
  }

  void CheckCondition(const Place& rule_place, int index, const v1::Condition& condition) {
    const auto wrong = [&](const char* leaf, absl::string_view message) {
      WrongNested(rule_place, "all_of", index, leaf, message);
    };
    const v1::MatchKey* key = FindMatchKey(condition.match_key());
    if (key == nullptr) return wrong("match_key", "no such match key in match_keys");
    if (condition.accept_exchange() && !key->has_exchange()) {
      wrong("accept_exchange", "this match key has no exchange");
    }
    if (condition.any_form() && !condition.accept().empty()) {
      wrong("any_form", "any_form accepts every form: take out accept");
    }
    for (int j = 0; j < condition.accept_size(); ++j) {
      const v1::Accept& accept = condition.accept(j);
      const Place place = rule_place.Nested("all_of", index);
      const auto component =
          std::find_if(key->components().begin(), key->components().end(),
                       [&](const v1::Component& c) { return c.field() == accept.field(); });
      if (component == key->components().end()) {
        WrongNested(place, "accept", j, "field", "is no component of this match key");
        continue;
      }
      for (const int form : accept.forms()) {
        const bool is_variant =
            std::any_of(component->variants().begin(), component->variants().end(),
                        [form](const v1::Variant& v) { return v.form() == form; });
        if (!is_variant) {
          WrongNested(place, "accept", j, "forms",
                      absl::StrCat(v1::Form_Name(static_cast<v1::Form>(form)),
                                   " is no variant of this component"));
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
        WrongNested(top_, "evidence", i, "field", "no such field in fields");
      } else if (TraitsOf(field->standardizer()).codes.empty()) {
        WrongNested(top_, "evidence", i, "field", "fields of this standardizer give no evidence");
      } else if (!seen.insert(name).second) {
        WrongNested(top_, "evidence", i, "field", "stands here twice");
      }
    }
    if (mistakes_.size() != before) return;
    const EvidenceLayout layout(plan_, {});
    if (layout.bit_count() > EvidenceLayout::kMaxBits ||
        plan_.evidence_size() > EvidenceLayout::kMaxFields) {
      Wrong(top_, "evidence",
            absl::StrCat("needs ", layout.bit_count(), " comparisons of ", plan_.evidence_size(),
                         " fields, at most ", EvidenceLayout::kMaxBits, " of ",
                         EvidenceLayout::kMaxFields, " are possible: leave out fields"));
    }
  }

  void CheckScoring() {
    v1::Scoring& scoring = *plan_.mutable_scoring();
    if (scoring.decision() == v1::DECISION_UNSPECIFIED) scoring.set_decision(v1::BY_RULES);
    const auto wrong = [&](const char* leaf, absl::string_view message) {
      WrongNested(top_, "scoring", 0, leaf, message);
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
  }

  void CheckEntityRulesAndLimits() {
    v1::EntityRules& entity = *plan_.mutable_entity_rules();
    if (entity.joining_levels().empty()) entity.add_joining_levels(v1::FULL);
    if (entity.max_entity_size() == 0) entity.set_max_entity_size(kDefaultMaxEntitySize);
    if (entity.max_entity_size() < 2) {
      WrongNested(top_, "entity_rules", 0, "max_entity_size", "must be 2 or more");
    }
    v1::Limits& limits = *plan_.mutable_limits();
    if (limits.max_records_per_token() == 0)
      limits.set_max_records_per_token(kDefaultMaxRecordsPerToken);
    if (limits.max_reject_share() == 0) limits.set_max_reject_share(kDefaultMaxRejectShare);
    if (limits.min_rows_before_reject_share() == 0) {
      limits.set_min_rows_before_reject_share(kDefaultMinRowsBeforeRejectShare);
    }
    if (limits.max_records_per_token() < 2) {
      WrongNested(top_, "limits", 0, "max_records_per_token", "must be 2 or more");
    }
    if (!(limits.max_reject_share() > 0 && limits.max_reject_share() <= 1)) {
      WrongNested(top_, "limits", 0, "max_reject_share", "must be over 0 and at most 1");
    }
  }

  v1::LinkagePlan& plan_;
  const Place top_;
  std::vector<PlanMistake>& mistakes_;
};

}  // namespace

std::vector<PlanMistake> ReadAndCheckPlan(absl::string_view text, v1::LinkagePlan* plan) {
  std::vector<PlanMistake> mistakes;
  SyntaxMistakes syntax(&mistakes);
  Locations locations;
  TextFormat::Parser parser;
  parser.RecordErrorsTo(&syntax);
  parser.WriteLocationsTo(&locations);
  if (!parser.ParseFromString(std::string(text), plan)) {
    if (mistakes.empty()) mistakes.push_back({0, 0, "is not protobuf text"});
    return mistakes;
  }
  Checker(plan, &locations, &mistakes).CheckAll();
  return mistakes;
}

}  // namespace blindlink
