#include <algorithm>
#include <cmath>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "blindlink/v1/linkage_service.grpc.pb.h"
#include "blindlink/v1/overview_service.grpc.pb.h"
#include "common/base/hex.h"
#include "common/base/status_macros.h"
#include "resolver/console/charts.h"
#include "resolver/console/router.h"
#include "resolver/console/states.h"
#include "resolver/console/widgets.h"

namespace blindlink::resolver {
namespace {

Html Figures(const v1::RunSummary& summary) {
  return Facts(
      {{"Records", CountText(summary.records())},
       {"Candidate pairs", CountText(summary.candidate_pairs())},
       {"Match pairs", CountText(summary.match_pairs()),
        absl::StrCat(CountText(summary.match_pairs_full()), " full, ",
                     CountText(summary.match_pairs_partial()), " partial")},
       {"Entities", CountText(summary.entities()),
        absl::StrCat(CountText(summary.entities_of_two_or_more()), " of two or more records")}});
}

Html Quality(const v1::RunSummary& summary) {
  Html html;
  html.Element("h2", "Expected quality");
  if (!summary.has_score()) {
    return html.Add(Empty("Match rules decided this run, so it has no estimate of its quality."));
  }
  const v1::ScoreReport& score = summary.score();
  for (const std::string& warning : score.warnings()) html.Add(Note(warning, Mood::kWarn));
  if (score.warnings().empty()) {
    html.Add(Note("The model of the score fits: it raised no alarm.", Mood::kGood));
  }
  html.Add(
      Facts({{"Threshold", absl::StrFormat("%.3f", score.min_score())},
             {"Share of match pairs that are right (PPV)", ShareText(score.expected_ppv()),
              absl::StrCat(ShareText(score.expected_ppv_low()), " to ",
                           ShareText(score.expected_ppv_high()))},
             {"Share of true pairs found (sensitivity)", ShareText(score.expected_sensitivity())},
             {"True pairs", absl::StrFormat("%.0f", score.expected_true_pairs()),
              absl::StrFormat("%.0f to %.0f", score.expected_true_pairs_low(),
                              score.expected_true_pairs_high())}}));
  return html.Element("p",
                      "The run estimates these from its own data. Nobody knows the true pairs; a "
                      "reviewed sample is the check.",
                      {{"class", "small soft"}});
}

Html Rules(const v1::RunSummary& summary) {
  uint64_t largest = 1;
  for (const v1::RuleCount& rule : summary.rules()) largest = std::max(largest, rule.pairs());
  Table table("Match pairs by rule or band", {"Rule", "Level", "#Pairs", ""});
  for (const v1::RuleCount& rule : summary.rules()) {
    table.Row({Cell(rule.rule()), Cell(absl::AsciiStrToLower(v1::MatchLevel_Name(rule.level()))),
               Cell(CountText(rule.pairs())),
               Bar(static_cast<double>(rule.pairs()) / static_cast<double>(largest))});
  }
  return table.empty() ? Empty("No pair matched.") : table.Finish();
}

Html Sizes(const v1::RunSummary& summary) {
  Table table("Entities by their number of records", {"#Records", "#Entities", ""});
  uint64_t largest = 1;
  for (const auto& size : summary.entity_sizes()) largest = std::max(largest, size.entities());
  for (const v1::EntitySize& size : summary.entity_sizes()) {
    table.Row({Cell(CountText(size.records())), Cell(CountText(size.entities())),
               Bar(static_cast<double>(size.entities()) / static_cast<double>(largest))});
  }
  Html html = table.Finish();
  return html.Add(PlainFacts(
      {{"Joins refused", CountText(summary.joins_refused_by_size()),
        "one entity would be too large"},
       {"", CountText(summary.joins_refused_as_weak()), "weak bridges between two groups"},
       {"", CountText(summary.joins_refused_by_statement()), "a site has one record per person"},
       {"Below the threshold", CountText(summary.match_pairs_by_entity()),
        "match pairs because other pairs make one entity"}}));
}

Html Keys(const v1::RunSummary& summary) {
  Table table("Tokens that records which are compared have in common",
              {"Match key", "#Shared tokens", "#Over-used tokens", "#Made so often"});
  size_t unused = 0;
  for (const v1::MatchKeyUse& key : summary.match_keys()) {
    if (key.shared_tokens() == 0 && key.overused_tokens() == 0) {
      ++unused;
      continue;
    }
    table.Row({Cell(key.match_key()), Cell(CountText(key.shared_tokens())),
               Cell(CountText(key.overused_tokens())), Cell(CountText(key.overused_postings()))});
  }
  Html html = table.empty() ? Empty("No two records share a token.") : table.Finish();
  if (unused > 0) {
    html.Element("p", absl::StrCat("Of ", unused, " further match keys no token is shared."),
                 {{"class", "small soft"}});
  }
  if (summary.records_only_overused() > 0) {
    html.Add(Note(absl::StrCat(CountText(summary.records_only_overused()),
                               " records share only over-used tokens with others, and are out of "
                               "reach."),
                  Mood::kWarn));
  }
  return html;
}

Html Model(const v1::ScoreReport& score) {
  Table table("How often fields agree",
              {"Field", "Level", "#Among matches", "#Among strangers", "#Bits"});
  for (const v1::LevelWeight& level : score.levels()) {
    const bool weighs = level.among_matches() > 0 && level.among_strangers() > 0;
    table.Row({Cell(level.field()), Cell(level.level()),
               Cell(absl::StrFormat("%.4f", level.among_matches())),
               Cell(absl::StrFormat("%.6f", level.among_strangers())),
               Cell(weighs ? absl::StrFormat("%+.1f", std::log2(level.among_matches() /
                                                                level.among_strangers()))
                           : "-")});
  }
  return Html()
      .Open("details")
      .Element("summary", "The fitted model: what each field's agreement weighs")
      .Add(table.Finish())
      .Close();
}

absl::StatusOr<Html> Finished(Exchange& exchange, const v1::LinkageRun& run) {
  v1::GetRunOverviewRequest request;
  request.set_project(run.project());
  request.set_run(run.run());
  BL_ASSIGN_OR_RETURN(const v1::RunOverview overview,
                      exchange.calls.Make(&v1::Overview::Stub::GetRunOverview, request));
  Html html;
  html.Add(Figures(run.summary())).Add(Quality(run.summary()));
  if (!overview.scores().empty()) {
    html.Element("h2", "Scores").Add(ScoreChart(overview)).Add(Model(run.summary().score()));
  }
  html.Element("h2", "Overlap of sites").Add(OverlapMatrix(overview));
  html.Open("div", {{"class", "two"}});
  html.Open("div").Element("h2", "Rules").Add(Rules(run.summary())).Close();
  html.Open("div").Element("h2", "Entities").Add(Sizes(run.summary())).Close().Close();
  html.Element("h2", "Match keys").Add(Keys(run.summary()));
  return html;
}

Html Datasets(const v1::LinkageRun& run) {
  Html html;
  html.Open("details").Element("summary", absl::StrCat(run.datasets_size(), " datasets"));
  html.Open("ul");
  for (const v1::DatasetName& dataset : run.datasets()) {
    html.Open("li")
        .Add(Link(Path({"projects", run.project(), "uploads", dataset.site(), dataset.dataset()}),
                  absl::StrCat(dataset.site(), " / ", dataset.dataset())))
        .Close();
  }
  return html.Close().Close();
}

void AddActions(const Exchange& exchange, const v1::LinkageRun& run, Html* html) {
  const std::string address = Path({"projects", run.project(), "runs", run.run()});
  html->Open("div", {{"class", "actions"}});
  if (run.state() == v1::FINISHED && exchange.May("/blindlink.v1.Explanation/ExplainPair")) {
    html->Add(LinkButton(address + "/explain", "Explain a pair"));
    html->Add(LinkButton(address + "/entity", "Explain an entity"));
  }
  if (run.state() == v1::RUNNING && exchange.May("/blindlink.v1.Linkage/CancelLinkage")) {
    html->Add(LinkButton(address + "/cancel", "Cancel the run", true));
  }
  html->Close();
}

Html Status(const v1::LinkageRun& run) {
  Html html;
  html.Open("p", {{"class", "lead"}}).Add(RunStateOf(run));
  html.Text(absl::StrCat(" Started ", TimeText(run.started_unix_seconds())));
  if (run.state() != v1::RUNNING) html.Text(absl::StrCat(", took ", SecondsText(run.seconds())));
  html.Text(absl::StrCat(". Plan ", run.plan_name(), ", "))
      .Element("code", HexEncode(run.plan_digest()).substr(0, 12))
      .Close();
  if (!run.failure().empty()) html.Add(Note(run.failure(), Mood::kBad));
  for (const std::string& notice : run.notices()) html.Add(Note(notice, Mood::kWarn));
  return html;
}

}  // namespace

absl::StatusOr<Page> ShowRun(Exchange& exchange) {
  v1::GetLinkageRunRequest request;
  request.set_project(exchange.Name("project"));
  request.set_run(exchange.Name("run"));
  BL_ASSIGN_OR_RETURN(const v1::LinkageRun run,
                      exchange.calls.Make(&v1::Linkage::Stub::GetLinkageRun, request));
  Page page{.title = run.run(),
            .crumbs = {{run.project(), Path({"projects", run.project()})}, {run.run(), ""}},
            .body = {}};
  Attributes attributes = {{"id", "run"}};
  if (run.state() == v1::RUNNING) attributes.push_back({"data-live", ""});
  page.body.Add(DoneNote(exchange));
  page.body.Open("section", attributes).Add(Status(run));
  AddActions(exchange, run, &page.body);
  if (run.state() == v1::FINISHED) {
    BL_ASSIGN_OR_RETURN(const Html finished, Finished(exchange, run));
    page.body.Add(finished);
  }
  page.body.Close().Add(Datasets(run));
  return page;
}

}  // namespace blindlink::resolver
