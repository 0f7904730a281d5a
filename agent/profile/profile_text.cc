#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "agent/profile/input_profile.h"
#include "common/base/json_writer.h"

namespace blindlink::agent {
namespace {

using Reasons = std::map<std::string, uint64_t>;

uint64_t Sum(const Reasons& reasons) {
  uint64_t sum = 0;
  for (const auto& [reason, count] : reasons) sum += count;
  return sum;
}

std::string Percent(uint64_t part, uint64_t whole) {
  if (whole == 0) return "-";
  return absl::StrFormat("%.1f%%", 100.0 * static_cast<double>(part) / static_cast<double>(whole));
}

void AppendReasons(absl::string_view field, absl::string_view state, const Reasons& reasons,
                   std::string* out) {
  for (const auto& [reason, count] : reasons) {
    absl::StrAppendFormat(out, "  %-18s %-12s %-28s %d\n", field, state, reason, count);
  }
}

void WriteCounts(absl::string_view key, const Reasons& counts, JsonWriter* json) {
  json->Key(key).BeginObject();
  for (const auto& [reason, count] : counts) json->Key(reason).Number(count);
  json->EndObject();
}

void WriteField(const FieldProfile& field, JsonWriter* json) {
  json->BeginObject().Key("field").Text(field.field);
  json->Key("filled").Number(field.filled).Key("missing").Number(field.missing);
  json->Key("usable").Number(field.usable).Key("several").Number(field.several);
  json->Key("changed").Number(field.changed).Key("distinct").Number(field.distinct);
  json->Key("distinct_is_exact").Bool(field.distinct_is_exact);
  json->Key("most_frequent").Number(field.most_frequent);
  json->Key("often_shared").Number(field.often_shared);
  json->Key("records_often_shared").Number(field.records_often_shared);
  WriteCounts("changes", field.changes, json);
  WriteCounts("invalid", field.invalid, json);
  WriteCounts("placeholder", field.placeholder, json);
  json->EndObject();
}

void AppendChanges(const InputProfile& profile, std::string* out) {
  std::string changes;
  for (const FieldProfile& field : profile.fields) {
    for (const auto& [change, count] : field.changes) {
      absl::StrAppendFormat(&changes, "  %-18s %-28s %d\n", field.field, change, count);
    }
  }
  if (!changes.empty()) absl::StrAppend(out, "\n  values changed, by kind\n", changes);
}

// Numbers that so many records have may be typed where there is none. The resolver leaves tokens
// out that more records have than the plan allows (max_records_per_token).
void AppendOftenShared(const InputProfile& profile, std::string* out) {
  for (const FieldProfile& field : profile.fields) {
    if (field.often_shared == 0) continue;
    absl::StrAppendFormat(out,
                          "\n  %s: %d values are on more than %d records each, %d records in all, "
                          "the most frequent on %d.\n  If clerks type them where they have no "
                          "number, blank them in the file.\n",
                          field.field, field.often_shared, FieldProfile::kOftenShared,
                          field.records_often_shared, field.most_frequent);
  }
}

}  // namespace

std::string ProfileToText(const InputProfile& profile) {
  std::string out = absl::StrFormat("%d rows, %d records, %d rows rejected\n", profile.rows,
                                    profile.records, profile.rejected_rows);
  for (const auto& [what, count] : profile.rejects) {
    absl::StrAppendFormat(&out, "  rejected: %-20s %s%d\n", what.second,
                          what.first.empty() ? "" : absl::StrCat("in ", what.first, " "), count);
  }
  absl::StrAppendFormat(&out, "\n  %-18s %8s %8s %10s %10s %10s %12s %10s\n", "field", "filled",
                        "usable", "invalid", "placehold.", "changed", "distinct", "several");
  for (const FieldProfile& field : profile.fields) {
    absl::StrAppendFormat(
        &out, "  %-18s %8s %8s %10d %10d %10d %12s %10d\n", field.field,
        Percent(field.filled, profile.records), Percent(field.usable, profile.records),
        Sum(field.invalid), Sum(field.placeholder), field.changed,
        absl::StrCat(field.distinct_is_exact ? "" : "~", field.distinct), field.several);
  }
  std::string reasons;
  for (const FieldProfile& field : profile.fields) {
    AppendReasons(field.field, "invalid", field.invalid, &reasons);
    AppendReasons(field.field, "placeholder", field.placeholder, &reasons);
  }
  if (!reasons.empty()) absl::StrAppend(&out, "\n  values not used, by reason\n", reasons);
  AppendChanges(profile, &out);
  AppendOftenShared(profile, &out);
  if (profile.addresses.has_value()) {
    absl::StrAppend(&out,
                    "\n  addresses, against the reference: ", AddressCountsText(*profile.addresses),
                    "\n");
  }
  absl::StrAppend(&out, "\n  records with tokens, by match key\n");
  for (const MatchKeyProfile& match_key : profile.match_keys) {
    absl::StrAppendFormat(&out, "  %-40s %12d %8s\n", match_key.match_key,
                          match_key.records_with_tokens,
                          Percent(match_key.records_with_tokens, profile.records));
  }
  absl::StrAppend(&out, "\n  for the coordinator (blindlink-resolver project create)\n  --columns ",
                  SiteColumnsText(ColumnsOf(profile)), "\n");
  return out;
}

std::string ProfileToJson(const InputProfile& profile) {
  JsonWriter json;
  json.BeginObject().Key("rows").Number(profile.rows).Key("records").Number(profile.records);
  json.Key("rejected_rows").Number(profile.rejected_rows).Key("rejects").BeginArray();
  for (const auto& [what, count] : profile.rejects) {
    json.BeginObject().Key("column").Text(what.first).Key("reason").Text(what.second);
    json.Key("count").Number(count).EndObject();
  }
  json.EndArray();
  if (profile.addresses.has_value()) {
    json.Key("addresses").BeginObject();
    for (size_t i = 0; i < kAddressOutcomes; ++i) {
      json.Key(AddressOutcomeName(static_cast<AddressOutcome>(i))).Number((*profile.addresses)[i]);
    }
    json.EndObject();
  }
  json.Key("columns").Text(SiteColumnsText(ColumnsOf(profile)));
  json.Key("fields").BeginArray();
  for (const FieldProfile& field : profile.fields) WriteField(field, &json);
  json.EndArray().Key("match_keys").BeginArray();
  for (const MatchKeyProfile& match_key : profile.match_keys) {
    json.BeginObject().Key("match_key").Text(match_key.match_key);
    json.Key("records_with_tokens").Number(match_key.records_with_tokens).EndObject();
  }
  json.EndArray().EndObject();
  return json.Finish();
}

}  // namespace blindlink::agent
