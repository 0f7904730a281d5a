#include "agent/token_audit/naming_verdict.h"

#include <cstdint>

#include "absl/strings/str_format.h"

namespace blindlink::agent {

void JudgeNaming(const std::vector<Naming>& best, const ChainLayout& layout, const Plan& plan,
                 v1::TokenSetAudit* audit) {
  const v1::AuditThresholds& limits = plan.proto().audit();
  for (const Naming& naming : best) {
    v1::NamedField& field = *audit->add_named();
    field.set_field(plan.proto().fields(static_cast<int>(layout.targets()[naming.target])).name());
    field.set_records(naming.with_value);
    field.set_named(naming.named);
    field.set_guessed(naming.guessed);
    const uint64_t beyond = naming.named - naming.guessed;
    if (!plan.proto().has_audit() || beyond <= limits.class_size()) continue;
    if (naming.ShareNamed() - naming.ShareGuessed() <= limits.max_named_above_guess()) continue;
    audit->add_exceeded(absl::StrFormat(
        "%s: %.3f%% of the records are named rightly by the sizes of classes that %s joins, and "
        "%.3f%% by guessing; the plan allows %.3f%% more",
        field.field(), 100 * naming.ShareNamed(), naming.name, 100 * naming.ShareGuessed(),
        100 * limits.max_named_above_guess()));
  }
}

}  // namespace blindlink::agent
