#include "agent/why_missed/explanation.h"

#include <algorithm>
#include <optional>

namespace blindlink::agent {
namespace {

using Values = std::vector<StandardValue>;

std::optional<size_t> FieldOf(const Plan& plan, v1::Standardizer standardizer) {
  for (int i = 0; i < plan.proto().fields_size(); ++i) {
    if (plan.proto().fields(i).standardizer() == standardizer) return static_cast<size_t>(i);
  }
  return std::nullopt;
}

bool HaveCommonText(const Values& left, const Values& right) {
  return std::any_of(left.begin(), left.end(), [&right](const StandardValue& a) {
    return std::any_of(right.begin(), right.end(),
                       [&a](const StandardValue& b) { return a.text == b.text; });
  });
}

// Detects names in the place of another name.
void FindMovedNames(const Plan& plan, const KeptRecord& left, const KeptRecord& right,
                    std::vector<Difference>* fields) {
  const auto first = FieldOf(plan, v1::GIVEN_NAME);
  const auto last = FieldOf(plan, v1::SURNAME);
  const auto middle = FieldOf(plan, v1::MIDDLE_NAME);
  if (!first.has_value() || WeightOf((*fields)[*first]) < 2) return;
  if (last.has_value() && HaveCommonText(left.values[*first], right.values[*last]) &&
      HaveCommonText(left.values[*last], right.values[*first])) {
    (*fields)[*first] = (*fields)[*last] = Difference::kExchanged;
  } else if (middle.has_value() && (HaveCommonText(left.values[*first], right.values[*middle]) ||
                                    HaveCommonText(left.values[*middle], right.values[*first]))) {
    (*fields)[*first] = Difference::kMiddleName;
  }
}

Subject MainSubject(const Plan& plan, const std::vector<Difference>& fields) {
  int most = 0;
  Subject main = Subject::kNothing;
  for (size_t i = 0; i < fields.size(); ++i) {
    const int weight = WeightOf(fields[i]);
    const Subject subject =
        TraitsOf(plan.proto().fields(static_cast<int>(i)).standardizer()).subject;
    if (weight > most) {
      most = weight;
      main = subject;
    } else if (weight == most && weight > 0 && subject != main) {
      main = Subject::kSeveral;
    }
  }
  return main;
}

bool ShareToken(const MatchKeyLayout& layout, size_t match_key, const KeptRecord& left,
                const KeptRecord& right) {
  const auto meets = [&](const MadeToken& a, const MadeToken& b) {
    return a.match_key == match_key && b.match_key == match_key && a.token == b.token &&
           layout.MayMeet(layout.DecodeForms(a.form_code), layout.DecodeForms(b.form_code));
  };
  return std::any_of(left.tokens.begin(), left.tokens.end(), [&](const MadeToken& a) {
    return std::any_of(right.tokens.begin(), right.tokens.end(),
                       [&](const MadeToken& b) { return meets(a, b); });
  });
}

}  // namespace

absl::string_view NameOf(Subject subject) {
  constexpr absl::string_view kNames[] = {"first name", "middle name", "last name", "date",
                                          "address",    "number",      "contact",   "other",
                                          "several",    "nothing"};
  return kNames[static_cast<size_t>(subject)];
}

Explanation Explain(const Plan& plan, const KeptRecord& left, const KeptRecord& right) {
  Explanation explanation;
  for (size_t i = 0; i < left.values.size(); ++i) {
    explanation.fields.push_back(
        (*left.site_has)[i] && (*right.site_has)[i]
            ? Compare(plan.proto().fields(static_cast<int>(i)).standardizer(), left.values[i],
                      right.values[i])
            : Difference::kNotInFile);
  }
  FindMovedNames(plan, left, right, &explanation.fields);
  explanation.main = MainSubject(plan, explanation.fields);
  for (size_t i = 0; i < plan.match_keys().size(); ++i) {
    if (ShareToken(plan.match_keys()[i], i, left, right)) explanation.match_keys.push_back(i);
  }
  return explanation;
}

}  // namespace blindlink::agent
