#include "agent/goldstandard/gold_report.h"

#include "absl/strings/str_format.h"
#include "common/base/json_writer.h"

namespace blindlink::agent {
namespace {

// With fewer expected matches, the scores depend mostly on usual error rates.
constexpr double kFewMatches = 50;

uint64_t PairsIn(const GoldReport& report, Band band) {
  return report.pairs_by_band[static_cast<size_t>(band)];
}

void AppendSites(const GoldReport& report, std::string* out) {
  absl::StrAppendFormat(out, "%-28s %12s %14s\n", "site", "records", "rejected rows");
  for (const GoldReport::Site& site : report.sites) {
    absl::StrAppendFormat(out, "%-28s %12d %14d\n", site.name, site.counts.records,
                          site.counts.rejected_rows);
  }
  for (const GoldReport::Site& site : report.sites) {
    if (site.counts.rejects.empty()) continue;
    absl::StrAppendFormat(out, "\nnot used from %s:\n", site.name);
    for (const auto& [where, count] : site.counts.rejects) {
      absl::StrAppendFormat(out, "%12d  %s: %s\n", count, where.first.empty() ? "row" : where.first,
                            where.second);
    }
  }
}

void WriteSites(const GoldReport& report, JsonWriter* json) {
  json->Key("sites").BeginArray();
  for (const GoldReport::Site& site : report.sites) {
    json->BeginObject().Key("site").Text(site.name).Key("held").Bool(site.held);
    json->Key("records").Number(site.counts.records);
    json->Key("rejected_rows").Number(site.counts.rejected_rows);
    json->Key("rejects").BeginArray();
    for (const auto& [where, count] : site.counts.rejects) {
      json->BeginObject().Key("column").Text(where.first).Key("reason").Text(where.second);
      json->Key("count").Number(count).EndObject();
    }
    json->EndArray().EndObject();
  }
  json->EndArray();
}

void WriteLevels(const GoldReport& report, JsonWriter* json) {
  json->Key("levels").BeginArray();
  for (size_t f = 0; f < report.fields.size(); ++f) {
    for (size_t level = 1; level < report.fields[f].levels.size(); ++level) {
      json->BeginObject().Key("field").Text(report.fields[f].name);
      json->Key("level").Text(report.fields[f].levels[level]);
      json->Key("among_matches").Number(report.among_matches[f][level]);
      json->Key("among_strangers").Number(report.among_strangers[f][level]).EndObject();
    }
  }
  json->EndArray();
}

}  // namespace

std::string GoldReportToText(const GoldReport& report) {
  std::string out;
  AppendSites(report, &out);
  absl::StrAppendFormat(&out, "\ncandidate pairs       %14d  (of %.4g possible)\n",
                        report.candidate_pairs, report.comparisons);
  absl::StrAppendFormat(&out, "expected matches      %14.1f  (among the candidates)\n",
                        report.expected_matches);
  absl::StrAppendFormat(&out, "threshold             %14.4f\n", report.threshold.min_score);
  absl::StrAppendFormat(&out, "expected PPV          %14.4f\n", report.threshold.expected_ppv);
  absl::StrAppendFormat(&out, "expected sensitivity  %14.4f  (among the candidates)\n",
                        report.threshold.expected_sensitivity);
  absl::StrAppendFormat(&out, "match pairs           %14d\n", report.pairs());
  for (const Band band : kBands) {
    absl::StrAppendFormat(&out, "  %-20s%14d\n", NameOf(band), PairsIn(report, band));
  }
  absl::StrAppendFormat(&out, "  below the threshold %14d  (others make one entity of them)\n",
                        report.pairs_by_entity);
  absl::StrAppendFormat(&out, "entities of two or more %12d\n", report.entities_of_two_or_more);
  absl::StrAppendFormat(&out, "joins refused by size %14d\n", report.joins_refused_by_size);
  absl::StrAppendFormat(&out, "joins refused as weak %14d\n", report.joins_refused_as_weak);
  absl::StrAppendFormat(&out, "seconds               %14.1f\n", report.seconds);
  if (!report.left_out.empty()) out += "\nblocks left out because they are too large:\n";
  for (const GoldReport::LeftOutBlocks& left_out : report.left_out) {
    absl::StrAppendFormat(&out, "%12d  %s (the largest of %d records)\n", left_out.blocks,
                          left_out.key, left_out.largest);
  }
  if (report.expected_matches < kFewMatches) {
    out +=
        "\nFew matches are expected, so the scores depend more on usual error rates than on this "
        "data.\n";
  }
  return out;
}

std::string GoldReportToJson(const GoldReport& report) {
  JsonWriter json;
  json.BeginObject();
  WriteSites(report, &json);
  json.Key("comparisons").Number(report.comparisons);
  json.Key("candidate_pairs").Number(report.candidate_pairs);
  json.Key("expected_matches").Number(report.expected_matches);
  json.Key("iterations").Number(static_cast<uint64_t>(report.iterations));
  json.Key("min_score").Number(report.threshold.min_score);
  json.Key("expected_ppv").Number(report.threshold.expected_ppv);
  json.Key("expected_sensitivity").Number(report.threshold.expected_sensitivity);
  json.Key("match_pairs").Number(report.pairs());
  json.Key("bands").BeginObject();
  for (const Band band : kBands) json.Key(NameOf(band)).Number(PairsIn(report, band));
  json.EndObject();
  json.Key("entities_of_two_or_more").Number(report.entities_of_two_or_more);
  json.Key("joins_refused_by_size").Number(report.joins_refused_by_size);
  json.Key("joins_refused_as_weak").Number(report.joins_refused_as_weak);
  json.Key("joins_refused_by_statement").Number(report.joins_refused_by_statement);
  json.Key("match_pairs_by_entity").Number(report.pairs_by_entity);
  json.Key("blocks_left_out").BeginArray();
  for (const GoldReport::LeftOutBlocks& left_out : report.left_out) {
    json.BeginObject().Key("key").Text(left_out.key).Key("blocks").Number(left_out.blocks);
    json.Key("largest").Number(left_out.largest).EndObject();
  }
  json.EndArray();
  WriteLevels(report, &json);
  json.Key("seconds").Number(report.seconds);
  return json.EndObject().Finish();
}

}  // namespace blindlink::agent
