#include "resolver/coordinator/run_text.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "common/base/hex.h"
#include "common/base/json_writer.h"
#include "common/cli/version.h"

namespace blindlink::resolver {
namespace {

std::string LevelName(v1::MatchLevel level) {
  return absl::AsciiStrToLower(v1::MatchLevel_Name(level));
}

void AppendScore(const v1::ScoreReport& score, std::string* out) {
  absl::StrAppendFormat(
      out,
      "score                %.3f or higher; expected (the true pairs are unknown):\n"
      "  PPV                %.4f  (%.4f to %.4f)\n"
      "  true pairs         %.0f  (%.0f to %.0f), of which at least %.0f share no token\n"
      "  sensitivity        %.4f\n",
      score.min_score(), score.expected_ppv(), score.expected_ppv_low(), score.expected_ppv_high(),
      score.expected_true_pairs(), score.expected_true_pairs_low(),
      score.expected_true_pairs_high(), score.expected_unmet(), score.expected_sensitivity());
  if (score.pairs_refused() > 0) {
    absl::StrAppendFormat(
        out, "pairs refused        %12d  (one record per person: a record has a better pair)\n",
        score.pairs_refused());
  }
  for (const std::string& warning : score.warnings()) {
    absl::StrAppend(out, "note                 ", warning, "\n");
  }
}

// "2: 1200, 3: 310, more: 12; the largest has 7".
std::string SizesText(const v1::RunSummary& summary) {
  constexpr uint32_t kLargestShown = 6;
  std::vector<std::string> parts;
  uint64_t more = 0;
  for (const v1::EntitySize& size : summary.entity_sizes()) {
    if (size.records() > kLargestShown) {
      more += size.entities();
    } else {
      parts.push_back(absl::StrCat(size.records(), ": ", size.entities()));
    }
  }
  if (more > 0) parts.push_back(absl::StrCat("more: ", more));
  const uint32_t largest = summary.entity_sizes().rbegin()->records();
  return absl::StrCat(absl::StrJoin(parts, ", "), "; the largest has ", largest);
}

void AppendRefusedJoins(uint64_t pairs, absl::string_view why, std::string* out) {
  if (pairs == 0) return;
  absl::StrAppendFormat(out, "joins refused        %12d  (%s)\n", pairs, why);
}

void AppendEntities(const v1::RunSummary& summary, std::string* out) {
  absl::StrAppendFormat(out, "entities             %12d  (%d of two or more records)\n",
                        summary.entities(), summary.entities_of_two_or_more());
  if (!summary.entity_sizes().empty()) {
    absl::StrAppend(out, "records per entity   ", SizesText(summary), "\n");
  }
  AppendRefusedJoins(summary.joins_refused_by_size(), "max_entity_size", out);
  AppendRefusedJoins(summary.joins_refused_as_weak(), "weak bridges", out);
  AppendRefusedJoins(summary.joins_refused_by_statement(), "one record per person", out);
}

void AppendSummary(const v1::RunSummary& summary, std::string* out) {
  absl::StrAppendFormat(out, "records              %12d\n", summary.records());
  if (summary.records_compared() > 0) {
    absl::StrAppendFormat(out, "  compared           %12d  (the rest as in the run before)\n",
                          summary.records_compared());
  }
  absl::StrAppendFormat(out, "tokens shared        %12d\n", summary.tokens_shared());
  absl::StrAppendFormat(out, "candidate pairs      %12d\n", summary.candidate_pairs());
  absl::StrAppendFormat(out, "match pairs          %12d  (%d full, %d partial)\n",
                        summary.match_pairs(), summary.match_pairs_full(),
                        summary.match_pairs_partial());
  if (summary.match_pairs_by_entity() > 0) {
    absl::StrAppendFormat(
        out, "  below the threshold %11d  (other pairs make one entity of their records)\n",
        summary.match_pairs_by_entity());
  }
  AppendEntities(summary, out);
  if (summary.has_score()) AppendScore(summary.score(), out);
  absl::StrAppend(out, "pairs by rule\n");
  for (const v1::RuleCount& rule : summary.rules()) {
    if (rule.pairs() == 0) continue;
    absl::StrAppendFormat(out, "  %-38s %-8s %10d\n", rule.rule(), LevelName(rule.level()),
                          rule.pairs());
  }
  if (summary.records_only_overused() > 0) {
    absl::StrAppendFormat(out, "records out of reach %12d  (share only over-used tokens)\n",
                          summary.records_only_overused());
  }
  for (const v1::MatchKeyUse& key : summary.match_keys()) {
    if (key.overused_tokens() == 0) continue;
    absl::StrAppendFormat(out,
                          "over-used: %d tokens of match key %s, made %d times, were ignored\n",
                          key.overused_tokens(), key.match_key(), key.overused_postings());
  }
}

void AppendDecisions(const v1::RunDecisions& decisions, std::string* out) {
  absl::StrAppendFormat(
      out,
      "decisions of people  %12d  links, in %d entities\n"
      "                     %12d  do-not-links; %d pairs would match without them\n",
      decisions.links(), decisions.entities(), decisions.do_not_links(), decisions.joins_refused());
  if (decisions.links_dropped() > 0) {
    absl::StrAppendFormat(
        out, "  links dropped      %12d  (they contradict a do-not-link: review conflicts)\n",
        decisions.links_dropped());
  }
  if (decisions.not_in_run() > 0) {
    absl::StrAppendFormat(out,
                          "  not in this run    %12d  (a record is gone, or has another key)\n",
                          decisions.not_in_run());
  }
}

void WriteDatasets(const char* key,
                   const google::protobuf::RepeatedPtrField<v1::DatasetName>& datasets,
                   JsonWriter* json) {
  json->Key(key).BeginArray();
  for (const v1::DatasetName& dataset : datasets) {
    json->Text(absl::StrCat(dataset.site(), "/", dataset.dataset()));
  }
  json->EndArray();
}

void WriteDecisions(const v1::RunDecisions& decisions, JsonWriter* json) {
  const std::pair<const char*, uint64_t> counts[] = {{"links", decisions.links()},
                                                     {"do_not_links", decisions.do_not_links()},
                                                     {"links_dropped", decisions.links_dropped()},
                                                     {"not_in_run", decisions.not_in_run()},
                                                     {"entities", decisions.entities()},
                                                     {"joins_refused", decisions.joins_refused()}};
  json->Key("decisions").BeginObject();
  for (const auto& [name, count] : counts) json->Key(name).Number(count);
  json->EndObject();
}

void WriteScore(const v1::ScoreReport& score, JsonWriter* json) {
  json->Key("score").BeginObject().Key("min_score").Number(score.min_score());
  json->Key("expected_matches").Number(score.expected_matches());
  json->Key("expected_ppv").Number(score.expected_ppv());
  json->Key("expected_sensitivity").Number(score.expected_sensitivity());
  json->Key("expected_ppv_low").Number(score.expected_ppv_low());
  json->Key("expected_ppv_high").Number(score.expected_ppv_high());
  json->Key("expected_true_pairs").Number(score.expected_true_pairs());
  json->Key("expected_true_pairs_low").Number(score.expected_true_pairs_low());
  json->Key("expected_true_pairs_high").Number(score.expected_true_pairs_high());
  json->Key("expected_unmet").Number(score.expected_unmet());
  json->Key("pairs_refused").Number(uint64_t{score.pairs_refused()});
  json->Key("levels").BeginArray();
  for (const v1::LevelWeight& level : score.levels()) {
    json->BeginObject().Key("field").Text(level.field()).Key("level").Text(level.level());
    json->Key("among_matches").Number(level.among_matches());
    json->Key("among_strangers").Number(level.among_strangers()).EndObject();
  }
  json->EndArray().Key("warnings").BeginArray();
  for (const std::string& warning : score.warnings()) json->Text(warning);
  json->EndArray().EndObject();
}

void WriteSummary(const v1::RunSummary& summary, JsonWriter* json) {
  const std::pair<const char*, uint64_t> counts[] = {
      {"records", summary.records()},
      {"postings", summary.postings()},
      {"records_compared", summary.records_compared()},
      {"tokens_shared", summary.tokens_shared()},
      {"tokens_overused", summary.tokens_overused()},
      {"records_only_overused", summary.records_only_overused()},
      {"candidate_pairs", summary.candidate_pairs()},
      {"match_pairs", summary.match_pairs()},
      {"match_pairs_full", summary.match_pairs_full()},
      {"match_pairs_partial", summary.match_pairs_partial()},
      {"entities", summary.entities()},
      {"entities_of_two_or_more", summary.entities_of_two_or_more()},
      {"joins_refused_by_size", summary.joins_refused_by_size()},
      {"joins_refused_as_weak", summary.joins_refused_as_weak()},
      {"joins_refused_by_statement", summary.joins_refused_by_statement()},
      {"match_pairs_by_entity", summary.match_pairs_by_entity()}};
  for (const auto& [name, count] : counts) json->Key(name).Number(count);
  json->Key("entity_sizes").BeginArray();
  for (const v1::EntitySize& size : summary.entity_sizes()) {
    json->BeginObject().Key("records").Number(uint64_t{size.records()});
    json->Key("entities").Number(uint64_t{size.entities()}).EndObject();
  }
  json->EndArray();
  json->Key("rules").BeginArray();
  for (const v1::RuleCount& rule : summary.rules()) {
    json->BeginObject().Key("rule").Text(rule.rule()).Key("level").Text(LevelName(rule.level()));
    json->Key("pairs").Number(uint64_t{rule.pairs()}).EndObject();
  }
  json->EndArray();
  if (summary.has_score()) WriteScore(summary.score(), json);
  json->Key("match_keys").BeginArray();
  for (const v1::MatchKeyUse& key : summary.match_keys()) {
    json->BeginObject().Key("match_key").Text(key.match_key());
    json->Key("shared_tokens").Number(uint64_t{key.shared_tokens()});
    json->Key("overused_tokens").Number(uint64_t{key.overused_tokens()});
    json->Key("overused_postings").Number(uint64_t{key.overused_postings()}).EndObject();
  }
  json->EndArray();
}

}  // namespace

std::string RunToText(const v1::LinkageRun& run) {
  std::string out = absl::StrFormat("%s  %s  plan %s\n", run.run(), v1::RunState_Name(run.state()),
                                    run.plan_name());
  if (run.epoch() > 0) {
    absl::StrAppend(&out, "token key            ", HexEncode(run.token_key_id()), ", epoch ",
                    run.epoch(), "\n");
  }
  for (const v1::DatasetName& dataset : run.datasets()) {
    absl::StrAppend(&out, "dataset              ", dataset.site(), "/", dataset.dataset(), "\n");
  }
  for (const v1::DatasetName& dataset : run.only_with()) {
    absl::StrAppend(&out, "only pairs with     ", dataset.site(), "/", dataset.dataset(), "\n");
  }
  if (!run.model_of_run().empty()) {
    absl::StrAppend(&out, run.incremental() ? "since                " : "model of             ",
                    run.model_of_run(), "\n");
  }
  if (run.withdrawn_records() > 0) {
    absl::StrAppendFormat(&out, "withdrawn since      %12d records: cannot be fetched any more\n",
                          run.withdrawn_records());
  }
  if (run.state() == v1::RUNNING) {
    absl::StrAppendFormat(&out, "stage                %s, %.0f %%\n", run.stage(),
                          run.progress() * 100);
  } else {
    absl::StrAppendFormat(&out, "seconds              %12.2f\n", run.seconds());
  }
  for (const std::string& notice : run.notices()) {
    absl::StrAppend(&out, "note                 ", notice, "\n");
  }
  if (!run.failure().empty()) absl::StrAppend(&out, "failure              ", run.failure(), "\n");
  if (run.has_summary()) AppendSummary(run.summary(), &out);
  if (run.has_decisions()) AppendDecisions(run.decisions(), &out);
  return out;
}

std::string RunToJson(const v1::LinkageRun& run) {
  JsonWriter json;
  json.BeginObject().Key("program").Text(ProgramAndVersion("blindlink-resolver"));
  json.Key("project").Text(run.project()).Key("run").Text(run.run());
  json.Key("state").Text(v1::RunState_Name(run.state()));
  json.Key("plan_name").Text(run.plan_name());
  json.Key("plan_digest").Text(HexEncode(run.plan_digest()));
  json.Key("epoch").Number(uint64_t{run.epoch()});
  json.Key("token_key_id").Text(HexEncode(run.token_key_id()));
  json.Key("started_unix_seconds").Number(static_cast<uint64_t>(run.started_unix_seconds()));
  json.Key("stage").Text(run.stage()).Key("progress").Number(run.progress());
  WriteDatasets("datasets", run.datasets(), &json);
  WriteDatasets("only_with", run.only_with(), &json);
  json.Key("model_of_run").Text(run.model_of_run());
  json.Key("incremental").Bool(run.incremental());
  json.Key("withdrawn_records").Number(uint64_t{run.withdrawn_records()});
  json.Key("notices").BeginArray();
  for (const std::string& notice : run.notices()) json.Text(notice);
  json.EndArray();
  json.Key("failure").Text(run.failure()).Key("seconds").Number(run.seconds());
  json.Key("summary").BeginObject();
  WriteSummary(run.summary(), &json);
  json.EndObject();
  if (run.has_decisions()) WriteDecisions(run.decisions(), &json);
  json.EndObject();
  return json.Finish();
}

}  // namespace blindlink::resolver
