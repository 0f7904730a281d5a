#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "CLI/App.hpp"
#include "CLI/Config.hpp"
#include "CLI/Formatter.hpp"
#include "absl/strings/str_cat.h"
#include "agent/address_reference/address_validator.h"
#include "agent/commands/commands.h"
#include "agent/commands/input_flags.h"
#include "agent/commands/site_flags.h"
#include "agent/input/open_input.h"
#include "agent/pipeline/pseudonym_order.h"
#include "agent/why_missed/explanation.h"
#include "agent/why_missed/kept_records.h"
#include "agent/why_missed/pairs_in_question.h"
#include "agent/why_missed/reason_rows.h"
#include "agent/why_missed/reason_summary.h"
#include "common/base/status_macros.h"
#include "common/cli/report_output.h"
#include "common/telemetry/progress.h"

namespace blindlink::agent {
namespace {

struct WhyMissedFlags {
  SiteFlags sites;
  std::string plan;
  std::string truth;
  std::string pairs;
  std::string scope;
  std::string out;
  std::string json;
};

absl::Status ReadSite(const SiteFile& site, const Plan& plan, AddressReferences* references,
                      KeptRecords* kept) {
  BL_ASSIGN_OR_RETURN(const AddressReference* const reference, references->Of(site.input));
  std::optional<AddressValidator> addresses;
  if (reference != nullptr) addresses.emplace(*reference, plan);
  RejectLog rejects;
  BL_ASSIGN_OR_RETURN(const OpenedInput input, OpenInput(site.input.ToOptions(), plan, rejects));
  PrintNotes(input);
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<RecordSource> gathered,
                      GatherRecords(*input.source, plan, input.standardize, rejects));
  Progress progress(absl::StrCat("reading ", site.name), "records", 0);
  uint64_t records = 0;
  BL_RETURN_IF_ERROR(kept->Read(site.name, *gathered, input.standardize,
                                addresses.has_value() ? &*addresses : nullptr,
                                [&] { progress.Set(++records, gathered->ShareRead()); }));
  progress.Set(records, 1);
  progress.Finish();
  if (rejects.rejected_rows() > 0) {
    fprintf(stderr, "note: %s: rows rejected: %s\n", site.name.c_str(), rejects.Summary().c_str());
  }
  return absl::OkStatus();
}

absl::StatusOr<ReasonSummary> ExplainAll(absl::string_view judged,
                                         const std::vector<PairInQuestion>& pairs, const Plan& plan,
                                         const KeptRecords& kept, ReasonRows* rows) {
  ReasonSummary summary(plan);
  for (const PairInQuestion& pair : pairs) {
    const KeptRecord* left = kept.Find(pair.left);
    const KeptRecord* right = kept.Find(pair.right);
    if (left == nullptr || right == nullptr) {
      summary.AddWithoutRecords();
      continue;
    }
    const Explanation explanation = Explain(plan, *left, *right);
    summary.Add(explanation);
    BL_RETURN_IF_ERROR(rows->Append(judged, *left, *right, explanation));
  }
  return summary;
}

std::string ToJson(const PairsInQuestion& pairs, const ReasonSummary& missed,
                   const ReasonSummary& wrong) {
  JsonWriter json;
  json.BeginObject().Key("true_pairs").Number(pairs.true_pairs);
  json.Key("found_pairs").Number(pairs.found_pairs);
  json.Key("missed").BeginObject();
  missed.WriteJson(&json);
  json.EndObject().Key("wrong").BeginObject();
  wrong.WriteJson(&json);
  json.EndObject().EndObject();
  return json.Finish();
}

absl::Status WhyMissed(const WhyMissedFlags& flags) {
  BL_ASSIGN_OR_RETURN(const std::vector<SiteFile> sites, SiteFilesOf(flags.sites));
  BL_ASSIGN_OR_RETURN(const Plan plan, LoadPlan(flags.plan));
  BL_ASSIGN_OR_RETURN(const PairsInQuestion pairs,
                      PairsInQuestion::Read(flags.truth, flags.pairs, ParsePairScope(flags.scope)));
  KeptRecords kept(plan, pairs);
  AddressReferences references;
  for (const SiteFile& site : sites) {
    BL_RETURN_IF_ERROR(ReadSite(site, plan, &references, &kept));
  }
  BL_ASSIGN_OR_RETURN(ReasonRows rows, ReasonRows::Create(flags.out, plan));
  BL_ASSIGN_OR_RETURN(const ReasonSummary missed,
                      ExplainAll("missed", pairs.missed, plan, kept, &rows));
  BL_ASSIGN_OR_RETURN(const ReasonSummary wrong,
                      ExplainAll("wrong", pairs.wrong, plan, kept, &rows));
  BL_RETURN_IF_ERROR(rows.Finish());
  return PrintReport(absl::StrCat("missed: ", pairs.missed.size(), " of ", pairs.true_pairs,
                                  " true pairs\n", missed.ToText(), "\nwrong: ", pairs.wrong.size(),
                                  " of ", pairs.found_pairs, " pairs found\n", wrong.ToText()),
                     ToJson(pairs, missed, wrong), flags.json);
}

constexpr char kFooter[] =
    "Example:\n  blindlink-agent why-missed --site registry=registry.csv --site claims=claims.csv "
    "\\\n"
    "      --plan us-default.textproto --truth truth.csv --pairs pairs.csv --out reasons.csv\n\n"
    "For data with a truth (columns site,record,person), on a machine that may hold both sites'\n"
    "identifiers. The pairs have the sites' own record ids, as deploy/demo.sh writes them. Values "
    "are\n"
    "compared as the plan standardizes them; they are never shown or written.";

}  // namespace

Command AddWhyMissedCommand(CLI::App& app) {
  CLI::App* command = app.add_subcommand(
      "why-missed", "Show, field by field, why true pairs were missed and wrong ones found");
  auto flags = std::make_shared<WhyMissedFlags>();
  AddSiteFlags(*command, "NAME=FILE, for each site whose records are paired", &flags->sites);
  command->add_option("--plan", flags->plan, "The linkage plan (.textproto)")->required();
  command->add_option("--truth", flags->truth, "Columns site,record,person")->required();
  command
      ->add_option("--pairs", flags->pairs, "The match pairs found, with the sites' own record ids")
      ->required();
  command
      ->add_option("--scope", flags->scope,
                   "Pairs that count: cross-site, within-site or all (default: cross-site if the "
                   "truth has several sites, else within-site)")
      ->check(CLI::IsMember({"cross-site", "within-site", "all"}));
  command->add_option("--out", flags->out, "Also write every pair with its differences (CSV)");
  AddJsonFlag(*command, "the counts", &flags->json);
  command->footer(kFooter);
  return {command, [flags] { return WhyMissed(*flags); }};
}

}  // namespace blindlink::agent
