#include "common/token_audit/audit_verdict.h"

#include <string>

#include "absl/strings/str_format.h"
#include "common/plan/fake_records.h"

namespace blindlink {
namespace {

std::string TooManyChained(const ChainAudit& way, double share, const v1::AuditThresholds& limits) {
  return absl::StrFormat(
      "%.2f%% of the records are in classes of more than %d that %s joins; the plan allows %.2f%%",
      100 * share, limits.class_size(), way.name, 100 * limits.max_chained());
}

}  // namespace

v1::TokenSetAudit JudgeTokenSet(const TokenAuditFindings& findings, const ChainLayout& layout,
                                const Plan& plan) {
  v1::TokenSetAudit audit;
  // Fakes share no token, so none of them is chained.
  const uint64_t real = RealAmong(findings.records, plan.proto().fakes_per_1000_records());
  for (const size_t field : layout.targets()) {
    audit.add_chained()->set_field(plan.proto().fields(static_cast<int>(field)).name());
  }
  for (size_t i = 0; i < findings.ways.size(); ++i) {
    const ChainAudit& way = findings.ways[i];
    v1::ChainedField& field = *audit.mutable_chained(static_cast<int>(layout.ways()[i].target));
    if (way.chained_records >= field.chained_records() &&
        way.largest_class >= field.largest_class()) {
      field.set_chained_records(way.chained_records);
      field.set_largest_class(way.largest_class);
    }
    const double share =
        real == 0 ? 0 : static_cast<double>(way.chained_records) / static_cast<double>(real);
    if (plan.proto().has_audit() && share > plan.proto().audit().max_chained()) {
      audit.add_exceeded(TooManyChained(way, share, plan.proto().audit()));
    }
  }
  return audit;
}

}  // namespace blindlink
