#include "common/plan/plan_size.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace blindlink {
namespace {

constexpr size_t kMostTextBytes = size_t{256} << 10;
constexpr int kMostFields = 128;
constexpr int kMostMatchKeys = 255;  // their ids
constexpr int kMostRules = 256;
constexpr int kMostComponents = 16;
constexpr int kMostVariants = 16;
constexpr int kMostConditions = 64;
constexpr int kMostAccepted = 16;
constexpr int kMostForms = 32;
constexpr int kMostLevels = 8;
// The resolver works out for each pair of form codes of a match key whether tokens may meet.
constexpr size_t kMostMeetings = size_t{1} << 21;

size_t FormCodesOf(const v1::MatchKey& key) {
  constexpr size_t kMostFormCodes = 256;  // more are a mistake of their own
  size_t count = key.has_exchange() ? 2 : 1;
  for (const v1::Component& component : key.components()) {
    count = std::min(kMostFormCodes, count * (1 + static_cast<size_t>(component.variants_size())));
  }
  return count;
}

class SizeCheck {
 public:
  SizeCheck(const PlanPlace& top, PlanMistakes* mistakes) : top_(top), mistakes_(*mistakes) {}

  void AtMost(const char* field, int count, int most) {
    if (count > most) mistakes_.Add(top_, field, TooMany(count, most), most);
  }
  void AtMostNested(const PlanPlace& place, const char* field, int index, const char* leaf,
                    int count, int most) {
    if (count > most) mistakes_.AddNested(place, field, index, leaf, TooMany(count, most));
  }

 private:
  static std::string TooMany(int count, int most) {
    return absl::StrCat("there are ", count, ", at most ", most, " are possible");
  }
  const PlanPlace& top_;
  PlanMistakes& mistakes_;
};

void CheckMatchKeySizes(const v1::LinkagePlan& plan, const PlanPlace& top, SizeCheck* check) {
  for (int i = 0; i < plan.match_keys_size(); ++i) {
    const v1::MatchKey& key = plan.match_keys(i);
    check->AtMostNested(top, "match_keys", i, "components", key.components_size(), kMostComponents);
    const PlanPlace place = top.Nested("match_keys", i);
    for (int j = 0; j < key.components_size(); ++j) {
      check->AtMostNested(place, "components", j, "variants", key.components(j).variants_size(),
                          kMostVariants);
    }
  }
}

void CheckRuleSizes(const v1::LinkagePlan& plan, const PlanPlace& top, SizeCheck* check) {
  for (int i = 0; i < plan.match_rules_size(); ++i) {
    const v1::MatchRule& rule = plan.match_rules(i);
    check->AtMostNested(top, "match_rules", i, "all_of", rule.all_of_size(), kMostConditions);
    const PlanPlace place = top.Nested("match_rules", i);
    for (int j = 0; j < rule.all_of_size(); ++j) {
      const v1::Condition& condition = rule.all_of(j);
      check->AtMostNested(place, "all_of", j, "accept", condition.accept_size(), kMostAccepted);
      for (const v1::Accept& accept : condition.accept()) {
        check->AtMostNested(place, "all_of", j, "accept", accept.forms_size(), kMostForms);
      }
    }
  }
}

bool IsControlCharacter(absl::string_view text, size_t at) {
  const auto c = static_cast<unsigned char>(text[at]);
  if (c == '\n' || c == '\r' || c == '\t') return false;
  // U+0080 to U+009F in UTF-8.
  const bool is_c1 = c == 0xc2 && at + 1 < text.size() &&
                     static_cast<unsigned char>(text[at + 1]) >= 0x80 &&
                     static_cast<unsigned char>(text[at + 1]) < 0xa0;
  return absl::ascii_iscntrl(c) || is_c1;
}

}  // namespace

void CheckPlanText(absl::string_view text, PlanOrigin origin, PlanMistakes* mistakes) {
  if (origin == PlanOrigin::kAccepted) return;
  if (text.size() > kMostTextBytes) {
    return mistakes->AddError(-1, -1,
                              absl::StrCat("the plan has ", text.size(),
                                           " bytes, at most 262144 (256 KiB) are possible"));
  }
  for (size_t at = 0; at < text.size(); ++at) {
    if (!IsControlCharacter(text, at)) continue;
    const auto line = std::count(text.begin(), text.begin() + static_cast<ptrdiff_t>(at), '\n');
    return mistakes->AddError(static_cast<int>(line), -1, "a control character: remove it");
  }
}

void CheckPlanSize(const v1::LinkagePlan& plan, const PlanPlace& top, PlanMistakes* mistakes) {
  SizeCheck check(top, mistakes);
  check.AtMost("fields", plan.fields_size(), kMostFields);
  check.AtMost("match_keys", plan.match_keys_size(), kMostMatchKeys);
  check.AtMost("match_rules", plan.match_rules_size(), kMostRules);
  check.AtMost("evidence", plan.evidence_size(), kMostFields);
  check.AtMost("columns", plan.columns_size(), kMostFields);
  check.AtMostNested(top, "padding", 0, "match_keys", plan.padding().match_keys_size(),
                     kMostMatchKeys);
  check.AtMostNested(top, "entity_rules", 0, "joining_levels",
                     plan.entity_rules().joining_levels_size(), kMostLevels);
  if (mistakes->size() > 0) return;
  CheckMatchKeySizes(plan, top, &check);
  CheckRuleSizes(plan, top, &check);
  size_t meetings = 0;
  for (const v1::MatchKey& key : plan.match_keys()) {
    const size_t form_codes = FormCodesOf(key);
    meetings += form_codes * form_codes;
  }
  if (meetings > kMostMeetings) {
    mistakes->Add(top, "match_keys",
                  absl::StrCat("have ", meetings, " pairs of form codes together, at most ",
                               kMostMeetings, " are possible: leave out variants"));
  }
}

}  // namespace blindlink
