#include "common/plan/match_key_choice.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

namespace blindlink {
namespace {

// 0 if the plan lists columns and this is none of them.
double FilledShare(const v1::LinkagePlan& plan, const std::string& field) {
  if (plan.columns().empty()) return 1;
  for (const v1::Column& column : plan.columns()) {
    if (column.field() == field) return column.filled();
  }
  return 0;
}

double ExpectedTokens(const v1::LinkagePlan& plan, const v1::MatchKey& key) {
  double tokens = key.usual_tokens();
  for (const v1::Component& part : key.components()) tokens *= FilledShare(plan, part.field());
  return tokens;
}

double TokensOn(const std::vector<MatchKeyChoice>& choices) {
  double tokens = 0;
  for (const MatchKeyChoice& choice : choices) {
    if (choice.state == MatchKeyState::kOn) tokens += choice.tokens;
  }
  return tokens;
}

std::vector<std::string> NamesOf(const std::vector<MatchKeyChoice>& choices, bool spare,
                                 MatchKeyState state) {
  std::vector<std::string> names;
  for (const MatchKeyChoice& choice : choices) {
    if (choice.spare == spare && choice.state == state) names.push_back(choice.match_key);
  }
  return names;
}

void AppendLine(absl::string_view what, const std::vector<std::string>& names, std::string* out) {
  if (names.empty()) return;
  absl::StrAppend(out, what, " (", names.size(), "): ", absl::StrJoin(names, ", "), "\n");
}

std::vector<std::string> MissingFields(const v1::LinkagePlan& plan) {
  std::vector<std::string> names;
  for (const v1::Field& field : plan.fields()) {
    if (FilledShare(plan, field.name()) == 0) names.push_back(field.name());
  }
  return names;
}

}  // namespace

std::vector<MatchKeyChoice> ChooseMatchKeys(const v1::LinkagePlan& plan) {
  std::vector<MatchKeyChoice> choices;
  for (const v1::MatchKey& key : plan.match_keys()) {
    const double tokens = ExpectedTokens(plan, key);
    const MatchKeyState state = key.spare()   ? MatchKeyState::kNeedsColumns
                                : tokens == 0 ? MatchKeyState::kLacksColumn
                                              : MatchKeyState::kOn;
    choices.push_back({key.name(), key.spare(), state, tokens});
  }
  if (plan.columns().empty()) return choices;
  double room = plan.token_budget() - TokensOn(choices);
  for (MatchKeyChoice& choice : choices) {
    if (!choice.spare) continue;
    choice.state = choice.tokens == 0      ? MatchKeyState::kLacksColumn
                   : choice.tokens <= room ? MatchKeyState::kOn
                                           : MatchKeyState::kNoRoom;
    if (choice.state == MatchKeyState::kOn) room -= choice.tokens;
  }
  return choices;
}

void RemoveWhatIsOff(const std::vector<MatchKeyChoice>& choices, v1::LinkagePlan* plan) {
  int kept = 0;
  for (size_t i = 0; i < choices.size(); ++i) {
    if (choices[i].state != MatchKeyState::kOn) continue;
    plan->mutable_match_keys()->SwapElements(kept++, static_cast<int>(i));
  }
  plan->mutable_match_keys()->DeleteSubrange(kept, plan->match_keys_size() - kept);
  auto& evidence = *plan->mutable_evidence();
  evidence.erase(std::remove_if(evidence.begin(), evidence.end(),
                                [plan](const v1::EvidenceField& of) {
                                  return FilledShare(*plan, of.field()) == 0;
                                }),
                 evidence.end());
}

std::string DescribeChoice(const v1::LinkagePlan& plan,
                           const std::vector<MatchKeyChoice>& choices) {
  std::string out;
  AppendLine("fields that the sites do not have in common", MissingFields(plan), &out);
  AppendLine("off, because they need such a field",
             NamesOf(choices, /*spare=*/false, MatchKeyState::kLacksColumn), &out);
  AppendLine("on", NamesOf(choices, /*spare=*/false, MatchKeyState::kOn), &out);
  AppendLine("spare and on, because there is room for them",
             NamesOf(choices, /*spare=*/true, MatchKeyState::kOn), &out);
  AppendLine("spare and off, because the token budget is spent",
             NamesOf(choices, /*spare=*/true, MatchKeyState::kNoRoom), &out);
  absl::StrAppendFormat(&out, "expected tokens per record: %.1f of at most %d\n", TokensOn(choices),
                        plan.token_budget());
  return out;
}

}  // namespace blindlink
