#include "common/token_audit/audit_verdict.h"

#include <cstddef>
#include <string>

#include "absl/strings/str_format.h"
#include "common/plan/fake_records.h"

namespace blindlink {
namespace {

constexpr double kWorthANote = 0.01;

// Of the records that are no fakes: a fake shares no token, so none of them is chained.
double ShareChained(const TokenAuditFindings& findings, const ChainAudit& way, const Plan& plan) {
  const uint64_t real = RealAmong(findings.records, plan.proto().fakes_per_1000_records());
  return real == 0 ? 0 : static_cast<double>(way.chained_records) / static_cast<double>(real);
}

std::string HowManyAreChained(const ChainAudit& way, double share, uint64_t class_size) {
  return absl::StrFormat("%.2f%% of the records are in classes of more than %d that %s joins",
                         100 * share, class_size, way.name);
}

void JudgeChains(const TokenAuditFindings& findings, const Plan& plan, v1::TokenSetAudit* audit) {
  const v1::AuditThresholds& limits = plan.proto().audit();
  for (const ChainAudit& way : findings.ways) {
    const double share = ShareChained(findings, way, plan);
    if (share <= limits.max_chained()) continue;
    audit->add_exceeded(absl::StrFormat("%s; the plan allows %.2f%%",
                                        HowManyAreChained(way, share, limits.class_size()),
                                        100 * limits.max_chained()));
  }
}

void JudgeFrequencies(const TokenAuditFindings& findings, uint32_t most_at_site,
                      v1::TokenSetAudit* audit) {
  for (const MatchKeyAudit& key : findings.match_keys) {
    if (key.above_site_limit == 0) continue;
    audit->add_exceeded(absl::StrFormat(
        "more than %d records share a token of match key %s, which %d tokens do; the plan has the "
        "agent leave them out",
        most_at_site, key.name, key.above_site_limit));
  }
}

}  // namespace

v1::TokenSetAudit JudgeTokenSet(const TokenAuditFindings& findings, const ChainLayout& layout,
                                const Plan& plan) {
  v1::TokenSetAudit audit;
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
  }
  if (!plan.proto().has_audit()) return audit;
  JudgeChains(findings, plan, &audit);
  JudgeFrequencies(findings, plan.proto().max_records_per_token_at_site(), &audit);
  return audit;
}

std::vector<std::string> NoteWhatChains(const TokenAuditFindings& findings,
                                        const ChainLayout& layout, const Plan& plan,
                                        uint64_t class_size) {
  std::vector<const ChainAudit*> worst(layout.targets().size(), nullptr);
  for (size_t i = 0; i < findings.ways.size(); ++i) {
    const ChainAudit*& of_field = worst[layout.ways()[i].target];
    const ChainAudit& way = findings.ways[i];
    if (of_field == nullptr || way.chained_records > of_field->chained_records) of_field = &way;
  }
  std::vector<std::string> notes;
  for (const ChainAudit* way : worst) {
    if (way == nullptr) continue;
    const double share = ShareChained(findings, *way, plan);
    if (share > kWorthANote) notes.push_back(HowManyAreChained(*way, share, class_size));
  }
  return notes;
}

}  // namespace blindlink
