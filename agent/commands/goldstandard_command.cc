#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "CLI/App.hpp"
#include "CLI/Config.hpp"
#include "CLI/Formatter.hpp"
#include "absl/strings/str_cat.h"
#include "agent/commands/commands.h"
#include "agent/commands/input_flags.h"
#include "agent/commands/interrupt.h"
#include "agent/goldstandard/clear_text_linkage.h"
#include "common/base/files.h"
#include "common/base/names.h"
#include "common/base/status_macros.h"
#include "common/telemetry/progress.h"

namespace blindlink::agent {
namespace {

struct GoldFlags {
  std::vector<std::string> sites;
  std::vector<std::string> columns;
  std::vector<std::string> date_orders;
  std::string plan;
  std::string out;
  std::string entities_out;
  std::string json;
  double min_score = 0;
  double min_expected_ppv = 0;
  size_t threads = 0;
};

// "NAME=REST"; INVALID_ARGUMENT if there is no NAME.
absl::StatusOr<std::pair<std::string, std::string>> Split(const std::string& flag,
                                                          const std::string& text) {
  const size_t sign = text.find('=');
  if (sign == std::string::npos || sign == 0 || sign + 1 == text.size()) {
    return absl::InvalidArgumentError(
        absl::StrCat(flag, " needs NAME=..., where NAME is a site's"));
  }
  return std::make_pair(text.substr(0, sign), text.substr(sign + 1));
}

absl::StatusOr<SiteInput*> FindSite(const std::string& flag, const std::string& name,
                                    std::vector<SiteInput>* sites) {
  for (SiteInput& site : *sites) {
    if (site.name == name) return &site;
  }
  return absl::InvalidArgumentError(absl::StrCat(flag, " names a site that no --site gives"));
}

absl::StatusOr<std::vector<SiteInput>> SitesOf(const GoldFlags& flags) {
  std::vector<SiteInput> sites;
  for (const std::string& text : flags.sites) {
    BL_ASSIGN_OR_RETURN(const auto split, Split("--site", text));
    BL_RETURN_IF_ERROR(CheckName("site", split.first));
    InputFlags input;
    input.input = split.second;
    sites.push_back({split.first, input.ToOptions()});
  }
  for (const std::string& text : flags.columns) {
    BL_ASSIGN_OR_RETURN(const auto split, Split("--columns", text));
    BL_ASSIGN_OR_RETURN(SiteInput* const site, FindSite("--columns", split.first, &sites));
    site->input.columns = split.second;
  }
  for (const std::string& text : flags.date_orders) {
    BL_ASSIGN_OR_RETURN(const auto split, Split("--date-order", text));
    BL_ASSIGN_OR_RETURN(SiteInput* const site, FindSite("--date-order", split.first, &sites));
    site->input.date_order = ParseDateOrder(split.second);
    if (!site->input.date_order.has_value()) {
      return absl::InvalidArgumentError("--date-order needs NAME=mdy, NAME=dmy or NAME=ymd");
    }
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

// Shows a progress line for each activity.
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
  BL_ASSIGN_OR_RETURN(options.sites, SitesOf(flags));
  options.pairs_out = flags.out;
  options.entities_out = flags.entities_out;
  options.scoring = plan.proto().scoring();
  if (flags.min_score > 0) options.scoring.set_min_score(flags.min_score);
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
  fputs(GoldReportToText(report).c_str(), stdout);
  if (flags.json.empty()) return absl::OkStatus();
  return WriteFileAtomically(flags.json, GoldReportToJson(report), 0600);
}

}  // namespace

Command AddGoldStandardCommand(CLI::App& app) {
  CLI::App* command = app.add_subcommand(
      "goldstandard",
      "Link files of clear text on one trusted machine, as a standard for a linkage of tokens");
  auto flags = std::make_shared<GoldFlags>();
  command
      ->add_option("--site", flags->sites,
                   "NAME=FILE, once per site: CSV, TSV or JSON Lines, plain, gzip or zstd; - is "
                   "standard input. With a single site its duplicates are sought")
      ->required();
  command->add_option("--columns", flags->columns,
                      "NAME=role=header,...: what a site's columns mean, where the header does not "
                      "tell");
  command->add_option("--date-order", flags->date_orders,
                      "NAME=mdy, dmy or ymd: how a site's 03/04/1970 is read");
  command->add_option("--plan", flags->plan, "The linkage plan (.textproto)")->required();
  command->add_option("--out", flags->out, "The match-pair file to write (CSV)")->required();
  command->add_option("--entities-out", flags->entities_out,
                      "Also write an entity map (CSV): one linking key for each person");
  command->add_option("--json", flags->json, "Also write the summary to this file as JSON");
  CLI::Option* min_score = command->add_option(
      "--min-score", flags->min_score,
      "Lowest score of a pair [the plan's, or the one with the highest expected F1]");
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
      "Then: blindlink-researcher evaluate --pairs pairs.csv --against gold-pairs.csv");
  return {command, [flags] { return GoldStandard(*flags); }};
}

}  // namespace blindlink::agent
