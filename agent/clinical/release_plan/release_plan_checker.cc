#include "agent/clinical/release_plan/release_plan_checker.h"

#include <algorithm>
#include <set>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "agent/clinical/dates/date_mask.h"
#include "common/base/names.h"

namespace blindlink::agent {
namespace {

constexpr double kUsualRight = 0.99;
constexpr uint32_t kUsualPersons = 11;
constexpr uint32_t kUsualPersonsOfCombination = 5;
constexpr uint32_t kUsualShift = 182;
constexpr uint32_t kMostShift = 3650;
constexpr uint32_t kUsualOldestAge = 89;
constexpr double kUsualRisk = 0.0910;  // one of eleven
constexpr size_t kDigestLength = 64;

template <typename Number>
void SetIfZero(Number usual, Number current, auto set) {
  if (current == Number{}) set(usual);
}

class Checker {
 public:
  Checker(const v1::ReleasePlan& plan, const PlanPlace& top, PlanMistakes* mistakes)
      : plan_(plan), top_(top), mistakes_(*mistakes) {}

  void CheckAll() {
    CheckHead();
    CheckProducts();
    CheckTerms();
    CheckCodes();
    CheckDates();
    CheckQuasiIdentifiers();
    CheckTargets();
  }

 private:
  void CheckHead() {
    if (absl::Status ok = CheckName("plan", plan_.name()); !ok.ok()) {
      mistakes_.Add(top_, "name", std::string(ok.message()));
    }
    if (plan_.version() == 0) {
      mistakes_.Add(top_, "version", "missing; say which edition this is: 1 or more");
    }
    if (plan_.purpose().empty()) {
      mistakes_.Add(top_, "purpose",
                    "missing; say who needs the data, what for, and on which legal basis");
    }
  }

  void CheckProducts() {
    if (plan_.products().empty()) mistakes_.Add(top_, "products", "missing; say what is released");
    std::set<std::string> seen;
    for (int i = 0; i < plan_.products_size(); ++i) {
      const v1::DataProduct& product = plan_.products(i);
      const auto wrong = [&](const char* leaf, absl::string_view message) {
        mistakes_.AddNested(top_, "products", i, leaf, message);
      };
      if (absl::Status ok = CheckName("product", product.name()); !ok.ok()) {
        wrong("name", ok.message());
      }
      if (!seen.insert(product.name()).second) wrong("name", "is a duplicate");
      if (product.level() == v1::GRANT_LEVEL_UNSPECIFIED) {
        wrong("level", "missing; write CORE or DETAILED");
      }
      if (product.tables().empty()) wrong("tables", "missing; say which tables it has");
    }
  }

  void CheckTerms() {
    const double share = plan_.terms().min_right();
    if (!(share > 0 && share < 1)) {
      mistakes_.AddNested(top_, "terms", 0, "min_right", "must be greater than 0 and less than 1");
    }
    CheckDigest("terms", 0, "dictionary", plan_.terms().dictionary());
  }

  void CheckDigest(const char* field, int index, const char* leaf, const std::string& digest) {
    const bool valid = digest.empty() || (digest.size() == kDigestLength &&
                                          std::all_of(digest.begin(), digest.end(), [](char c) {
                                            return absl::ascii_isdigit(c) || (c >= 'a' && c <= 'f');
                                          }));
    if (!valid) {
      mistakes_.AddNested(top_, field, index, leaf,
                          "must be a SHA-256 of 64 lower-case hexadecimal digits");
    }
  }

  void CheckCodes() {
    std::set<std::string> seen;
    for (int i = 0; i < plan_.codes_size(); ++i) {
      const v1::CodeRule& rule = plan_.codes(i);
      const auto wrong = [&](const char* leaf, absl::string_view message) {
        mistakes_.AddNested(top_, "codes", i, leaf, message);
      };
      if (rule.code_system().empty()) wrong("code_system", "missing; for instance ICD-10-CM");
      if (!seen.insert(rule.code_system()).second) wrong("code_system", "is a duplicate");
      CheckDigest("codes", i, "code_map", rule.code_map());
    }
  }

  void CheckDates() {
    const v1::DateRules& rules = plan_.dates();
    if (rules.shift_days() > kMostShift || (rules.keep_weekday() && rules.shift_days() < 7)) {
      mistakes_.AddNested(top_, "dates", 0, "shift_days",
                          "must be at most 3650, and at least 7 if weekdays are kept");
      return;
    }
    if (const absl::Status window = DateMask::Make(rules).status(); !window.ok()) {
      mistakes_.Add(top_, "dates", window.message());
    }
    for (const v1::EraCode& era : rules.era_codes()) {
      if (era.code_system().empty() || era.prefix().empty()) {
        mistakes_.Add(top_, "dates", "era_codes: each needs a code_system and a prefix");
      }
    }
  }

  void CheckQuasiIdentifiers() {
    std::set<std::string> seen;
    for (int i = 0; i < plan_.quasi_identifiers_size(); ++i) {
      const v1::QuasiIdentifier& one = plan_.quasi_identifiers(i);
      const auto wrong = [&](const char* leaf, absl::string_view message) {
        mistakes_.AddNested(top_, "quasi_identifiers", i, leaf, message);
      };
      if (one.column().empty()) wrong("column", "missing");
      if (!seen.insert(one.column()).second) wrong("column", "is a duplicate");
      if (!(one.weight() > 0)) wrong("weight", "must be greater than 0");
      if (one.generalization_case() == v1::QuasiIdentifier::GENERALIZATION_NOT_SET) {
        wrong("hierarchy", "missing; name a file beside the plan, or write ranges { … }");
      }
      if (one.has_ranges() && one.ranges().smallest() >= one.ranges().largest()) {
        wrong("ranges", "smallest must be less than largest");
      }
      if (absl::string_view(one.hierarchy()).find('/') != absl::string_view::npos) {
        wrong("hierarchy", "must be the name of a file beside the plan, without a folder");
      }
    }
  }

  void CheckTargets() {
    const v1::PrivacyTargets& targets = plan_.targets();
    const auto wrong = [&](const char* leaf, absl::string_view message) {
      mistakes_.AddNested(top_, "targets", 0, leaf, message);
    };
    if (targets.k() < 2) wrong("k", "must be 2 or more");
    if (!(targets.max_suppressed() >= 0 && targets.max_suppressed() <= 1)) {
      wrong("max_suppressed", "must be from 0 to 1");
    }
    if (!(targets.max_risk() > 0 && targets.max_risk() <= 1)) {
      wrong("max_risk", "must be greater than 0 and at most 1");
    }
    if (targets.min_cell() < 2) wrong("min_cell", "must be 2 or more");
    for (const v1::SensitiveColumn& one : targets.sensitive()) {
      if (one.column().empty()) wrong("sensitive", "each needs a column");
      if (!(one.entropy() >= 0 && one.closeness() >= 0 && one.closeness() <= 1)) {
        wrong("sensitive", "entropy must be 0 or more, closeness from 0 to 1");
      }
    }
  }

  const v1::ReleasePlan& plan_;
  const PlanPlace top_;
  PlanMistakes& mistakes_;
};

}  // namespace

void FillInDefaults(v1::ReleasePlan* plan) {
  v1::TermRules& terms = *plan->mutable_terms();
  SetIfZero(kUsualRight, terms.min_right(), [&](double v) { terms.set_min_right(v); });
  for (v1::CodeRule& rule : *plan->mutable_codes()) {
    SetIfZero(kUsualPersons, rule.min_persons(), [&](uint32_t v) { rule.set_min_persons(v); });
    SetIfZero(1U, rule.combination(), [&](uint32_t v) { rule.set_combination(v); });
    SetIfZero(kUsualPersonsOfCombination, rule.min_combination(),
              [&](uint32_t v) { rule.set_min_combination(v); });
  }
  v1::DateRules& dates = *plan->mutable_dates();
  SetIfZero(kUsualShift, dates.shift_days(), [&](uint32_t v) { dates.set_shift_days(v); });
  SetIfZero(kUsualOldestAge, dates.oldest_age(), [&](uint32_t v) { dates.set_oldest_age(v); });
  if (dates.unit() == v1::DATE_UNIT_UNSPECIFIED) dates.set_unit(v1::DAYS);
  for (v1::QuasiIdentifier& one : *plan->mutable_quasi_identifiers()) {
    SetIfZero(1.0, one.weight(), [&](double v) { one.set_weight(v); });
    if (!one.has_ranges()) continue;
    v1::NumberRanges& ranges = *one.mutable_ranges();
    SetIfZero(1U, ranges.step(), [&](uint32_t v) { ranges.set_step(v); });
  }
  v1::PrivacyTargets& targets = *plan->mutable_targets();
  SetIfZero(kUsualPersons, targets.k(), [&](uint32_t v) { targets.set_k(v); });
  SetIfZero(kUsualRisk, targets.max_risk(), [&](double v) { targets.set_max_risk(v); });
  SetIfZero(kUsualPersons, targets.min_cell(), [&](uint32_t v) { targets.set_min_cell(v); });
}

void CheckReleasePlan(const v1::ReleasePlan& plan, const PlanPlace& top, PlanMistakes* mistakes) {
  Checker(plan, top, mistakes).CheckAll();
}

}  // namespace blindlink::agent
