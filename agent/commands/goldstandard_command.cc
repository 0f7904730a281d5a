#include <algorithm>
#include <cstdio>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "CLI/App.hpp"
#include "CLI/Config.hpp"
#include "CLI/Formatter.hpp"
#include "agent/commands/commands.h"
#include "agent/commands/input_flags.h"
#include "agent/commands/interrupt.h"
#include "agent/commands/site_flags.h"
#include "agent/goldstandard/clear_text_linkage.h"
#include "common/base/status_macros.h"
#include "common/cli/report_output.h"
#include "common/telemetry/progress.h"

namespace blindlink::agent {
namespace {

struct GoldFlags {
  SiteFlags sites;
  std::string plan;
  std::string out;
  std::string entities_out;
  std::string json;
  std::optional<double> min_score;
  double min_expected_ppv = 0;
  size_t threads = 0;
};

absl::StatusOr<std::vector<SiteInput>> SitesOf(const SiteFlags& flags,
                                               AddressReferences* references) {
  BL_ASSIGN_OR_RETURN(const std::vector<SiteFile> files, SiteFilesOf(flags));
  std::vector<SiteInput> sites;
  for (const SiteFile& file : files) {
    BL_ASSIGN_OR_RETURN(const AddressReference* const reference, references->Of(file.input));
    sites.push_back({file.name, file.input.ToOptions(), reference});
  }
  return sites;
}

void PrintNotesOf(const GoldReport& report) {
  for (const GoldReport::Site& site : report.sites) {
    for (const std::string& note : site.counts.notes) {
      fprintf(stderr, "note: site %s: %s\n", site.name.c_str(), note.c_str());
    }
  }
}

// Shows a line of progress for each activity.
class Activities {
 public:
  void Set(const std::string& activity, uint64_t records, double share) {
    if (activity != activity_ || records < records_) {
      if (progress_ != nullptr) progress_->Finish();
      progress_ = std::make_unique<Progress>(activity, "records", 0);
      activity_ = activity;
    }
    records_ = records;
    progress_->Set(records, share);
  }
  void Finish() {
    if (progress_ != nullptr) progress_->Finish();
  }

 private:
  std::unique_ptr<Progress> progress_;
  std::string activity_;
  uint64_t records_ = 0;
};

absl::Status GoldStandard(const GoldFlags& flags) {
  BL_ASSIGN_OR_RETURN(const Plan plan, LoadPlan(flags.plan));
  GoldOptions options;
  AddressReferences references;
  BL_ASSIGN_OR_RETURN(options.sites, SitesOf(flags.sites, &references));
  options.pairs_out = flags.out;
  options.entities_out = flags.entities_out;
  options.scoring = plan.proto().scoring();
  // 0 in a plan means that the threshold is chosen; the flag means what it says: all candidates.
  if (flags.min_score) {
    constexpr double kAllCandidates = std::numeric_limits<double>::min();
    options.scoring.set_min_score(std::max(*flags.min_score, kAllCandidates));
  }
  if (flags.min_expected_ppv > 0) {
    options.scoring.set_min_score(0);
    options.scoring.set_min_expected_ppv(flags.min_expected_ppv);
  }
  options.threads =
      flags.threads > 0 ? flags.threads : std::max(1u, std::thread::hardware_concurrency());
  options.cancel = CatchInterrupts();
  Activities activities;
  options.progress = [&](const char* activity, uint64_t records, double share) {
    activities.Set(activity, records, share);
  };
  BL_ASSIGN_OR_RETURN(const GoldReport report, LinkClearText(plan, options));
  activities.Finish();
  PrintNotesOf(report);
  return PrintReport(GoldReportToText(report), GoldReportToJson(report), flags.json);
}

}  // namespace

Command AddGoldStandardCommand(CLI::App& app) {
  CLI::App* command = app.add_subcommand(
      "goldstandard",
      "Link files of clear text on one trusted machine, to judge linkages of tokens");
  auto flags = std::make_shared<GoldFlags>();
  AddSiteFlags(
      *command,
      "NAME=FILE, once for each site, in any format that tokenize reads, or the folder of "
      "its tables; - is standard input. If there is only one site, its duplicates are sought",
      &flags->sites);
  command->add_option("--plan", flags->plan, "The linkage plan (.textproto)")->required();
  command->add_option("--out", flags->out, "The match-pair file to write (CSV)")->required();
  command->add_option("--entities-out", flags->entities_out,
                      "Also write an entity map (CSV): one linking key for each person");
  AddJsonFlag(*command, "the summary", &flags->json);
  CLI::Option* min_score = command->add_option(
      "--min-score", flags->min_score,
      "Lowest score of a pair; 0: all candidates [the plan's, or the one with the highest "
      "expected F1]");
  min_score->check(CLI::Range(0.0, 1.0));
  command
      ->add_option("--min-expected-ppv", flags->min_expected_ppv,
                   "The lowest threshold with at least this expected PPV")
      ->check(CLI::Range(0.0, 1.0))
      ->excludes(min_score);
  command->add_option("--threads", flags->threads, "Threads that compare [one per processor]")
      ->check(CLI::Range(1, 1024));
  command->footer(
      "Example:\n  blindlink-agent goldstandard --plan us-default.textproto \\\n"
      "      --site registry=registry.csv --site claims=claims.csv.gz \\\n"
      "      --out gold-pairs.csv --entities-out gold-entities.csv\n"
      "  blindlink-agent goldstandard --plan us-default.textproto --site clinic=adt.hl7 \\\n"
      "      --site network=pcornet/ --out gold-pairs.csv\n"
      "Then: blindlink-researcher evaluate --pairs pairs.csv --against gold-pairs.csv");
  return {command, [flags] { return GoldStandard(*flags); }};
}

}  // namespace blindlink::agent
