#include "resolver/console/plan_names.h"

#include "absl/strings/str_cat.h"
#include "common/plan/plan.h"

namespace blindlink::resolver {

std::map<uint32_t, std::string> MatchKeyNames(const v1::ProjectInfo& project) {
  std::map<uint32_t, std::string> names;
  const absl::StatusOr<Plan> plan = Plan::ParseAccepted(project.plan_text());
  if (!plan.ok()) return names;
  for (const MatchKeyLayout& key : plan->match_keys()) names[key.id] = key.name;
  return names;
}

bool HasReview(const v1::ProjectInfo& project) {
  const absl::StatusOr<Plan> plan = Plan::ParseAccepted(project.plan_text());
  return plan.ok() && plan->proto().has_review();
}

std::string NameIn(const std::map<uint32_t, std::string>& names, uint32_t id) {
  const auto found = names.find(id);
  return found == names.end() ? absl::StrCat("match key ", id) : found->second;
}

}  // namespace blindlink::resolver
