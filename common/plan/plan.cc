#include "common/plan/plan.h"

#include "absl/strings/str_cat.h"
#include "common/plan/plan_digest.h"

namespace blindlink {

absl::StatusOr<Plan> Plan::Parse(absl::string_view text) { return Parse(text, PlanOrigin::kNew); }

absl::StatusOr<Plan> Plan::ParseAccepted(absl::string_view text) {
  return Parse(text, PlanOrigin::kAccepted);
}

absl::StatusOr<Plan> Plan::Parse(absl::string_view text, PlanOrigin origin) {
  Plan plan;
  const std::vector<PlanMistake> mistakes = ReadAndCheckPlan(text, origin, &plan.proto_);
  if (!mistakes.empty()) {
    std::string message = "the linkage plan is not valid";
    for (const PlanMistake& mistake : mistakes) {
      absl::StrAppend(&message, "\n  ");
      if (mistake.line > 0) absl::StrAppend(&message, mistake.line, ":", mistake.column, ": ");
      absl::StrAppend(&message, mistake.message);
    }
    return absl::InvalidArgumentError(message);
  }
  plan.text_ = std::string(text);
  plan.digest_ = Sha256Of(text);
  plan.choices_ = ChooseMatchKeys(plan.proto_);
  RemoveWhatIsOff(plan.choices_, &plan.proto_);
  for (const v1::MatchKey& match_key : plan.proto_.match_keys()) {
    plan.match_keys_.push_back(MakeLayout(plan.proto_, match_key));
  }
  plan.evidence_ = EvidenceLayout(plan.proto_, plan.match_keys_);
  plan.tokenization_digest_ = TokenizationDigest(plan.proto_, plan.match_keys_, plan.evidence_);
  return plan;
}

const MatchKeyLayout* Plan::FindMatchKey(uint32_t id) const {
  for (const MatchKeyLayout& match_key : match_keys_) {
    if (match_key.id == id) return &match_key;
  }
  return nullptr;
}

std::optional<size_t> Plan::FindField(absl::string_view name) const {
  for (int i = 0; i < proto_.fields_size(); ++i) {
    if (proto_.fields(i).name() == name) return static_cast<size_t>(i);
  }
  return std::nullopt;
}

}  // namespace blindlink
