#include "researcher/evaluate/evaluation_report.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/base/json_writer.h"

namespace blindlink::researcher {
namespace {

constexpr absl::string_view kUnknown = "unknown";
constexpr size_t kMostCurvePoints = 200;

void AppendTable(const Evaluation& evaluation, std::string* out) {
  const ContingencyTable& table = evaluation.table;
  const std::string negatives =
      evaluation.true_negatives_known ? absl::StrCat(table.true_negatives) : std::string(kUnknown);
  absl::StrAppendFormat(out, "Pairs (%s)%-*s one person   not one person\n",
                        NameOf(evaluation.scope),
                        15 - static_cast<int>(NameOf(evaluation.scope).size()), "");
  absl::StrAppendFormat(out, "  linked               %11d  %15d\n", table.true_positives,
                        table.false_positives);
  absl::StrAppendFormat(out, "  not linked           %11d  %15s\n\n", table.false_negatives,
                        negatives);
}

void AppendFigure(absl::string_view name, const Proportion& figure, bool known, std::string* out) {
  absl::StrAppendFormat(out, "  %-12s", name);
  if (known) {
    absl::StrAppendFormat(out, " %.6f   (95 %% interval %.6f to %.6f)\n", figure.value, figure.low,
                          figure.high);
  } else {
    absl::StrAppend(out, " ", kUnknown, "\n");
  }
}

void AppendRules(const Evaluation& evaluation, std::string* out) {
  if (evaluation.rules.empty()) return;
  absl::StrAppendFormat(out, "\n  %-28s %-8s %10s %10s\n", "rule", "level", "true", "false");
  for (const RuleOutcome& rule : evaluation.rules) {
    absl::StrAppendFormat(out, "  %-28s %-8s %10d %10d\n", rule.rule.empty() ? "-" : rule.rule,
                          rule.level.empty() ? "-" : rule.level, rule.true_positives,
                          rule.false_positives);
  }
}

void AppendSubgroups(const Evaluation& evaluation, std::string* out) {
  const auto share = [](const Proportion& figure, uint64_t total) {
    return total == 0
               ? std::string(kUnknown)
               : absl::StrFormat("%.4f (%.4f to %.4f)", figure.value, figure.low, figure.high);
  };
  std::string grouping;
  for (const SubgroupOutcome& subgroup : evaluation.subgroups) {
    if (subgroup.grouping != grouping) {
      grouping = subgroup.grouping;
      absl::StrAppendFormat(out, "\n  %-20s %10s  %-27s %10s  %s\n", absl::StrCat("by ", grouping),
                            "true pairs", "sensitivity", "linked", "PPV");
    }
    const ContingencyTable& table = subgroup.table;
    const uint64_t to_find = table.true_positives + table.false_negatives;
    const uint64_t linked = table.true_positives + table.false_positives;
    absl::StrAppendFormat(out, "  %-20s %10d  %-27s %10d  %s\n", subgroup.group, to_find,
                          share(table.Sensitivity(), to_find), linked,
                          share(table.PositivePredictiveValue(), linked));
  }
}

void AppendLeftOut(uint64_t count, absl::string_view what, std::string* out) {
  if (count > 0) absl::StrAppend(out, "  not counted: ", count, " ", what, "\n");
}

void WriteFigure(absl::string_view name, const Proportion& figure, bool known, JsonWriter* json) {
  json->Key(name);
  if (known) {
    json->Number(figure.value);
  } else {
    json->Null();
  }
  json->Key(absl::StrCat(name, "_interval"));
  if (known) {
    json->BeginArray().Number(figure.low).Number(figure.high).EndArray();
  } else {
    json->Null();
  }
}

void WriteScores(const ScoreOutcome& outcome, JsonWriter* json) {
  json->Key("bands").BeginArray();
  for (const BandOutcome& band : outcome.bands) {
    json->BeginObject().Key("band").Text(NameOf(band.band));
    json->Key("tp").Number(band.true_positives).Key("fp").Number(band.false_positives).EndObject();
  }
  json->EndArray().Key("calibration").BeginArray();
  for (const ScoreBin& bin : outcome.bins) {
    json->BeginObject().Key("from").Number(bin.from).Key("to").Number(bin.to);
    json->Key("mean_score").Number(bin.mean_score).Key("pairs").Number(bin.pairs);
    json->Key("true_pairs").Number(bin.true_pairs).EndObject();
  }
  json->EndArray().Key("curve").BeginArray();
  for (const CurvePoint& point : ThinnedCurve(outcome.curve, kMostCurvePoints)) {
    json->BeginObject().Key("threshold").Number(point.threshold);
    json->Key("tp").Number(point.true_positives).Key("fp").Number(point.false_positives);
    json->EndObject();
  }
  json->EndArray();
}

bool AnyFound(const ContingencyTable& table) {
  return table.true_positives + table.false_positives > 0;
}

bool AnyTrue(const ContingencyTable& table) {
  return table.true_positives + table.false_negatives > 0;
}

void WriteSubgroups(const std::vector<SubgroupOutcome>& subgroups, JsonWriter* json) {
  json->Key("subgroups").BeginArray();
  for (const SubgroupOutcome& subgroup : subgroups) {
    const ContingencyTable& table = subgroup.table;
    json->BeginObject().Key("grouping").Text(subgroup.grouping).Key("group").Text(subgroup.group);
    json->Key("tp").Number(table.true_positives).Key("fp").Number(table.false_positives);
    json->Key("fn").Number(table.false_negatives);
    WriteFigure("sensitivity", table.Sensitivity(), AnyTrue(table), json);
    WriteFigure("ppv", table.PositivePredictiveValue(), AnyFound(table), json);
    json->EndObject();
  }
  json->EndArray();
}

}  // namespace

std::string EvaluationText(const Evaluation& evaluation) {
  const ContingencyTable& table = evaluation.table;
  std::string out;
  AppendTable(evaluation, &out);
  AppendFigure("sensitivity", table.Sensitivity(), AnyTrue(table), &out);
  AppendFigure("specificity", table.Specificity(), evaluation.true_negatives_known, &out);
  AppendFigure("PPV", table.PositivePredictiveValue(), AnyFound(table), &out);
  absl::StrAppendFormat(&out, "  %-12s %.6f\n", "F1", table.F1());
  AppendRules(evaluation, &out);
  AppendSubgroups(evaluation, &out);
  if (evaluation.entities > 0) {
    absl::StrAppend(&out, "\n  ", evaluation.entities, " entities imply ", evaluation.pairs,
                    " pairs\n");
  }
  AppendLeftOut(evaluation.pairs_not_in_truth, "pairs with a record that the truth lacks", &out);
  AppendLeftOut(evaluation.pairs_out_of_scope,
                absl::StrCat("pairs that are not ", NameOf(evaluation.scope)), &out);
  AppendLeftOut(evaluation.duplicate_rows, "rows that repeat an earlier one", &out);
  AppendLeftOut(evaluation.self_pairs, "rows that pair a record with itself", &out);
  return out;
}

std::string EvaluationJson(const Evaluation& evaluation) {
  const ContingencyTable& table = evaluation.table;
  JsonWriter json;
  json.BeginObject().Key("scope").Text(NameOf(evaluation.scope));
  json.Key("tp").Number(table.true_positives).Key("fp").Number(table.false_positives);
  json.Key("fn").Number(table.false_negatives).Key("tn");
  evaluation.true_negatives_known ? json.Number(table.true_negatives) : json.Null();
  WriteFigure("sensitivity", table.Sensitivity(), AnyTrue(table), &json);
  WriteFigure("specificity", table.Specificity(), evaluation.true_negatives_known, &json);
  WriteFigure("ppv", table.PositivePredictiveValue(), AnyFound(table), &json);
  json.Key("f1").Number(table.F1());
  json.Key("rows").Number(evaluation.rows).Key("pairs").Number(evaluation.pairs);
  json.Key("entities").Number(evaluation.entities);
  json.Key("duplicate_rows").Number(evaluation.duplicate_rows);
  json.Key("self_pairs").Number(evaluation.self_pairs);
  json.Key("pairs_out_of_scope").Number(evaluation.pairs_out_of_scope);
  json.Key("pairs_not_in_truth").Number(evaluation.pairs_not_in_truth);
  json.Key("true_pairs").Number(evaluation.true_pairs);
  json.Key("truth_records").Number(evaluation.truth_records);
  json.Key("truth_persons").Number(evaluation.truth_persons);
  json.Key("rules").BeginArray();
  for (const RuleOutcome& rule : evaluation.rules) {
    json.BeginObject().Key("rule").Text(rule.rule).Key("level").Text(rule.level);
    json.Key("tp").Number(rule.true_positives).Key("fp").Number(rule.false_positives).EndObject();
  }
  json.EndArray();
  if (evaluation.scores.has_value()) WriteScores(*evaluation.scores, &json);
  if (!evaluation.subgroups.empty()) WriteSubgroups(evaluation.subgroups, &json);
  json.EndObject();
  return json.Finish();
}

}  // namespace blindlink::researcher
