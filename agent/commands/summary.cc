#include "agent/commands/summary.h"

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "common/base/hex.h"
#include "common/base/json_writer.h"
#include "common/cli/version.h"
#include "common/token_audit/named_field.h"

namespace blindlink::agent {
namespace {

double RecordsPerSecond(const TokenizeSummary& summary) {
  return summary.seconds > 0 ? static_cast<double>(summary.counts.records()) / summary.seconds : 0;
}

std::string NameOf(uint32_t match_key, const Plan& plan) {
  const MatchKeyLayout* layout = plan.FindMatchKey(match_key);
  return layout == nullptr ? "" : layout->name;
}

// How many bytes of evidence each token of the match key carries.
uint64_t EvidenceWidthOf(uint32_t match_key, const Plan& plan) {
  const MatchKeyLayout* layout = plan.FindMatchKey(match_key);
  if (layout == nullptr) return 0;
  return plan.evidence().WidthOf(static_cast<size_t>(layout - plan.match_keys().data()));
}

// What the plan has sites add; the counts above contain it.
std::string AddedText(const AddedCounts& added) {
  std::string out;
  if (added.fake_records > 0) {
    absl::StrAppendFormat(&out, "of these fake  %12d  records and rows, which have no person\n",
                          added.fake_records);
  }
  if (added.padding_tokens > 0) {
    absl::StrAppendFormat(&out, "padding        %12d  of the tokens\n", added.padding_tokens);
  }
  return out;
}

// What was left out, and what the audit found; empty without cap and thresholds.
std::string AuditText(const v1::UploadCounts& counts) {
  std::string out;
  if (counts.overused_tokens() > 0) {
    absl::StrAppendFormat(&out, "left out       %12d  tokens that too many records have\n",
                          counts.overused_tokens());
  }
  if (!counts.has_audit()) return out;
  absl::StrAppendFormat(&out, "audit          %s\n",
                        counts.audit().exceeded().empty()
                            ? "within the plan's thresholds"
                            : absl::StrJoin(counts.audit().exceeded(), "\n               "));
  for (const v1::NamedField& field : counts.audit().named()) {
    absl::StrAppendFormat(&out, "named          %s\n", NamedFieldText(field));
  }
  return out;
}

void WriteAudit(const v1::TokenSetAudit& audit, JsonWriter* json) {
  json->Key("audit").BeginObject().Key("exceeded").BeginArray();
  for (const std::string& what : audit.exceeded()) json->Text(what);
  json->EndArray().Key("named").BeginArray();
  for (const v1::NamedField& field : audit.named()) {
    json->BeginObject().Key("field").Text(field.field());
    json->Key("records").Number(uint64_t{field.records()});
    json->Key("named").Number(uint64_t{field.named()});
    json->Key("guessed").Number(uint64_t{field.guessed()}).EndObject();
  }
  json->EndArray().EndObject();
}

}  // namespace

std::string SummaryToText(const TokenizeSummary& summary, const Plan& plan) {
  const v1::UploadCounts& counts = summary.counts;
  std::string out;
  absl::StrAppendFormat(&out, "rows           %12d\nrecords        %12d\n", counts.rows(),
                        counts.records());
  absl::StrAppendFormat(&out, "rejected rows  %12d\ntokens         %12d\n", counts.rejected_rows(),
                        counts.tokens());
  out += AddedText(summary.added);
  absl::StrAppendFormat(&out, "seconds        %12.1f  (%.0f records/s)\n", summary.seconds,
                        RecordsPerSecond(summary));
  out += AuditText(counts);
  if (summary.addresses.has_value()) {
    absl::StrAppendFormat(&out, "addresses      %s\n", AddressCountsText(*summary.addresses));
  }
  if (!summary.rejects.empty()) out += "\nnot used or doubtful:\n";
  for (const auto& [where, count] : summary.rejects) {
    absl::StrAppendFormat(&out, "%12d  %s: %s\n", count, where.first.empty() ? "row" : where.first,
                          where.second);
  }
  absl::StrAppendFormat(&out, "\n%-28s %12s %16s\n", "match key", "tokens", "records without");
  for (const v1::MatchKeyCounts& match_key : counts.match_keys()) {
    absl::StrAppendFormat(&out, "%-28s %12d %16d\n", NameOf(match_key.match_key(), plan),
                          match_key.tokens(), match_key.records_without());
  }
  return out;
}

std::string SummaryToJson(const TokenizeSummary& summary, const Plan& plan) {
  const v1::UploadCounts& counts = summary.counts;
  JsonWriter json;
  json.BeginObject();
  json.Key("program").Text(ProgramAndVersion("blindlink-agent"));
  json.Key("project").Text(summary.manifest.project());
  json.Key("site").Text(summary.manifest.site());
  json.Key("dataset").Text(summary.manifest.dataset());
  json.Key("plan").Text(plan.proto().name());
  json.Key("plan_digest").Text(HexEncode(AsView(plan.digest())));
  json.Key("tokenization_digest").Text(HexEncode(summary.manifest.tokenization_digest()));
  json.Key("token_key_id").Text(HexEncode(summary.manifest.token_key_id()));
  json.Key("rows").Number(uint64_t{counts.rows()});
  json.Key("records").Number(uint64_t{counts.records()});
  json.Key("rejected_rows").Number(uint64_t{counts.rejected_rows()});
  json.Key("tokens").Number(uint64_t{counts.tokens()});
  json.Key("fake_records").Number(uint64_t{summary.added.fake_records});
  json.Key("padding_tokens").Number(uint64_t{summary.added.padding_tokens});
  json.Key("overused_tokens").Number(uint64_t{counts.overused_tokens()});
  json.Key("seconds").Number(summary.seconds);
  json.Key("records_per_second").Number(RecordsPerSecond(summary));
  if (counts.has_audit()) WriteAudit(counts.audit(), &json);
  if (summary.addresses.has_value()) {
    json.Key("addresses").BeginObject();
    for (size_t i = 0; i < kAddressOutcomes; ++i) {
      json.Key(AddressOutcomeName(static_cast<AddressOutcome>(i))).Number((*summary.addresses)[i]);
    }
    json.EndObject();
  }
  json.Key("rejects").BeginArray();
  for (const auto& [where, count] : summary.rejects) {
    json.BeginObject().Key("column").Text(where.first).Key("reason").Text(where.second);
    json.Key("count").Number(uint64_t{count}).EndObject();
  }
  json.EndArray().Key("match_keys").BeginArray();
  for (const v1::MatchKeyCounts& match_key : counts.match_keys()) {
    json.BeginObject().Key("match_key").Text(NameOf(match_key.match_key(), plan));
    json.Key("tokens").Number(uint64_t{match_key.tokens()});
    json.Key("records_without").Number(uint64_t{match_key.records_without()});
    json.Key("evidence_bytes").Number(EvidenceWidthOf(match_key.match_key(), plan)).EndObject();
  }
  json.EndArray().EndObject();
  return json.Finish();
}

}  // namespace blindlink::agent
