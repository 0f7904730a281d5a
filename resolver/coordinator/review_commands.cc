#include <map>
#include <memory>
#include <string>
#include <vector>

#include "CLI/App.hpp"
#include "CLI/Validators.hpp"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "blindlink/v1/review_service.grpc.pb.h"
#include "common/base/status_macros.h"
#include "common/cli/name_check.h"
#include "common/cli/report_output.h"
#include "common/rpc/unary_call.h"
#include "resolver/coordinator/coordinator_commands.h"
#include "resolver/coordinator/record_name.h"
#include "resolver/coordinator/review_text.h"

namespace blindlink::resolver {
namespace {

struct ReviewFlags {
  ConnectionFlags connection;
  std::string project;
  std::string run;
  std::string json;
  std::string left;
  std::string right;
  std::string verdict;
  std::string reason;
  std::string sample;
  std::string site;
  std::string page;
  std::vector<std::string> reasons;
  std::vector<std::string> states;
  std::string order = "useful";
  bool mine = false;
  uint32_t pairs = 300;
  uint32_t size = 20;
  double min_score = 0;
  double max_score = 1;
};

// Enumerators by the words that people write for them.
template <typename Enum>
std::map<std::string, Enum> WordsOf(int first, int last) {
  std::map<std::string, Enum> words;
  for (int value = first; value <= last; ++value) {
    words[WordFor(static_cast<Enum>(value))] = static_cast<Enum>(value);
  }
  return words;
}

std::map<std::string, v1::ReviewReason> Reasons() {
  return WordsOf<v1::ReviewReason>(v1::REASON_BAND_LOW, v1::REASON_DECIDED);
}
std::map<std::string, v1::ReviewState> States() {
  return WordsOf<v1::ReviewState>(v1::REVIEW_OPEN, v1::REVIEW_STANDS);
}
std::map<std::string, v1::Verdict> Verdicts() {
  return WordsOf<v1::Verdict>(v1::VERDICT_LINK, v1::VERDICT_UNDECIDED);
}
std::map<std::string, v1::ReviewOrder> Orders() {
  return {{"useful", v1::REVIEW_MOST_USEFUL},
          {"highest", v1::REVIEW_HIGHEST_SCORE},
          {"lowest", v1::REVIEW_LOWEST_SCORE},
          {"newest", v1::REVIEW_NEWEST_DECISION}};
}

// Makes one call and prints its answer.
template <typename Method, typename Request>
absl::Status CallAndReport(const ReviewFlags& flags, Method method, const Request& request) {
  BL_ASSIGN_OR_RETURN(const auto stub, ConnectTo<v1::Review>(flags.connection));
  BL_ASSIGN_OR_RETURN(const auto answer, UnaryCall(*stub, method, request));
  return PrintAnswer(ReviewText(answer), answer, flags.json);
}

absl::Status List(const ReviewFlags& flags) {
  v1::ListReviewItemsRequest request;
  request.set_project(flags.project);
  request.set_run(flags.run);
  for (const std::string& reason : flags.reasons) request.add_reasons(Reasons().at(reason));
  for (const std::string& state : flags.states) request.add_states(States().at(state));
  request.set_site(flags.site);
  request.set_min_probability(flags.min_score);
  request.set_max_probability(flags.max_score);
  request.set_sample(flags.sample);
  request.set_mine(flags.mine);
  request.set_order(Orders().at(flags.order));
  request.set_page_size(flags.size);
  request.set_page_token(flags.page);
  return CallAndReport(flags, &v1::Review::Stub::ListReviewItems, request);
}

template <typename Request>
absl::StatusOr<Request> AboutAPair(const ReviewFlags& flags) {
  Request request;
  request.set_project(flags.project);
  request.set_run(flags.run);
  BL_RETURN_IF_ERROR(ReadRecordName(flags.left, request.mutable_left()));
  BL_RETURN_IF_ERROR(ReadRecordName(flags.right, request.mutable_right()));
  return request;
}

absl::Status Show(const ReviewFlags& flags) {
  BL_ASSIGN_OR_RETURN(const auto request, AboutAPair<v1::GetReviewItemRequest>(flags));
  return CallAndReport(flags, &v1::Review::Stub::GetReviewItem, request);
}

absl::Status Decide(const ReviewFlags& flags) {
  BL_ASSIGN_OR_RETURN(auto request, AboutAPair<v1::DecidePairRequest>(flags));
  request.set_verdict(Verdicts().at(flags.verdict));
  request.set_reason(flags.reason);
  return CallAndReport(flags, &v1::Review::Stub::DecidePair, request);
}

absl::Status Ask(const ReviewFlags& flags) {
  BL_ASSIGN_OR_RETURN(const auto request, AboutAPair<v1::AskSitesRequest>(flags));
  return CallAndReport(flags, &v1::Review::Stub::AskSites, request);
}

absl::Status Conflicts(const ReviewFlags& flags) {
  v1::ListReviewConflictsRequest request;
  request.set_project(flags.project);
  request.set_run(flags.run);
  return CallAndReport(flags, &v1::Review::Stub::ListReviewConflicts, request);
}

absl::Status Statistics(const ReviewFlags& flags) {
  v1::GetReviewStatisticsRequest request;
  request.set_project(flags.project);
  return CallAndReport(flags, &v1::Review::Stub::GetReviewStatistics, request);
}

absl::Status Sample(const ReviewFlags& flags) {
  v1::ProposeSampleRequest request;
  request.set_project(flags.project);
  request.set_run(flags.run);
  request.set_pairs(flags.pairs);
  return CallAndReport(flags, &v1::Review::Stub::ProposeSample, request);
}

absl::Status Quality(const ReviewFlags& flags) {
  v1::GetSampleQualityRequest request;
  request.set_project(flags.project);
  request.set_sample(flags.sample);
  return CallAndReport(flags, &v1::Review::Stub::GetSampleQuality, request);
}

using Act = absl::Status (*)(const ReviewFlags&);

// A subcommand before it has options of its own.
struct Subcommand {
  std::shared_ptr<ReviewFlags> flags = std::make_shared<ReviewFlags>();
  CLI::App* app = nullptr;

  Command Doing(Act act) const {
    return {app, [flags = flags, act] { return act(*flags); }};
  }
};

Subcommand Add(CLI::App& group, const std::string& name, const std::string& description,
               const std::string& more_example = "") {
  Subcommand made;
  made.app = AddCoordinatorCommand(group, name, description,
                                   absl::StrCat("--project asthma", more_example),
                                   &made.flags->connection);
  made.app->add_option("--project", made.flags->project, "The project")
      ->required()
      ->check(IsName());
  AddJsonFlag(*made.app, "the answer", &made.flags->json);
  return made;
}

void AddRunFlag(const Subcommand& command) {
  command.app->add_option("--run", command.flags->run,
                          "The run, e.g. run-000001 [the newest finished one]");
}

Subcommand AddAboutAPair(CLI::App& group, const std::string& name, const std::string& description,
                         const std::string& more_example = "") {
  Subcommand made = Add(group, name, description,
                        absl::StrCat(" --left north/0c61... --right south/9e40...", more_example));
  AddRunFlag(made);
  made.app->add_option("--left", made.flags->left, "SITE/PSEUDONYM of one record")->required();
  made.app->add_option("--right", made.flags->right, "SITE/PSEUDONYM of the other")->required();
  return made;
}

Command AddListCommand(CLI::App& group) {
  const Subcommand made = Add(group, "list", "List pairs that are worth a look, most useful first",
                              " --state open --state readers-differ");
  AddRunFlag(made);
  ReviewFlags& flags = *made.flags;
  made.app->add_option("--why", flags.reasons, "Only for this reason (repeat)")
      ->check(CLI::IsMember(Reasons()));
  made.app->add_option("--state", flags.states, "Only in this state (repeat)")
      ->check(CLI::IsMember(States()));
  made.app->add_option("--site", flags.site, "Only pairs with a record of this site");
  made.app->add_option("--min-score", flags.min_score, "Lowest score")->check(CLI::Range(0.0, 1.0));
  made.app->add_option("--max-score", flags.max_score, "Highest score")
      ->check(CLI::Range(0.0, 1.0));
  made.app->add_option("--sample", flags.sample, "Only the pairs of this sample, in its order");
  made.app->add_flag("--mine", flags.mine, "Only what you have not decided");
  made.app->add_option("--order", flags.order, "useful, highest, lowest or newest [useful]")
      ->check(CLI::IsMember(Orders()));
  made.app->add_option("--size", flags.size, "Pairs a page [20]")->check(CLI::Range(1u, 1000u));
  made.app->add_option("--page", flags.page, "The page after one that was listed");
  return made.Doing(List);
}

Command AddDecideCommand(CLI::App& group) {
  const Subcommand made =
      AddAboutAPair(group, "decide", "Decide about a pair; later runs follow it",
                    " \\\n      --verdict do-not-link --reason 'Twins: all but the first name'");
  made.app->add_option("--verdict", made.flags->verdict, "link, do-not-link or undecided")
      ->required()
      ->check(CLI::IsMember(Verdicts()));
  made.app
      ->add_option("--reason", made.flags->reason,
                   "Why, in words, without any value of a person; it stays in the project")
      ->required();
  return made.Doing(Decide);
}

Command AddSampleCommand(CLI::App& group) {
  const Subcommand made =
      Add(group, "sample", "Draw a random sample of a run's pairs to be read", " --pairs 300");
  AddRunFlag(made);
  made.app->add_option("--pairs", made.flags->pairs, "How many, 10 to 5000 [300]")
      ->check(CLI::Range(10u, 5000u));
  return made.Doing(Sample);
}

Command AddQualityCommand(CLI::App& group) {
  const Subcommand made = Add(group, "quality", "Say what a sample that was read tells of its run",
                              " --sample sample-000001");
  made.app->add_option("--sample", made.flags->sample, "The sample [the newest]");
  return made.Doing(Quality);
}

Command AddConflictsCommand(CLI::App& group) {
  const Subcommand made = Add(group, "conflicts", "List decisions that contradict each other");
  AddRunFlag(made);
  return made.Doing(Conflicts);
}

}  // namespace

std::vector<Command> AddReviewCommands(CLI::App& app) {
  CLI::App& group =
      *app.add_subcommand("review", "Look at unclear pairs and decide about them (docs/review.md)");
  group.require_subcommand(1);
  return {
      AddListCommand(group),
      AddAboutAPair(group, "show", "Show a pair, why the run decided so, and what was decided")
          .Doing(Show),
      AddDecideCommand(group),
      AddAboutAPair(group, "ask", "Ask the pair's two sites about their own records").Doing(Ask),
      AddConflictsCommand(group),
      Add(group, "statistics", "Say how much is decided and how far readers agree")
          .Doing(Statistics),
      AddSampleCommand(group),
      AddQualityCommand(group)};
}

}  // namespace blindlink::resolver
