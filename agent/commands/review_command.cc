#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "CLI/App.hpp"
#include "CLI/Validators.hpp"
#include "absl/strings/str_cat.h"
#include "agent/commands/commands.h"
#include "agent/commands/relayed_calls.h"
#include "agent/commands/site_maps.h"
#include "blindlink/v1/review_service.grpc.pb.h"
#include "common/base/hex.h"
#include "common/base/json_writer.h"
#include "common/base/status_macros.h"
#include "common/cli/connection_flags.h"
#include "common/cli/name_check.h"
#include "common/cli/report_output.h"
#include "common/csv/csv_writer.h"
#include "common/rpc/unary_call.h"

namespace blindlink::agent {
namespace {

constexpr char kQuestion[] =
    "Do the identifying values of this record belong to one person, and are they right as far as "
    "your own\nfiles can tell? yes: they are. no: they are of several persons, or wrong. unknown: "
    "it cannot be said.\n";

constexpr RelayedCall<v1::ListQuestionsRequest, v1::ListQuestionsResponse> kListQuestions{1};

struct ReviewFlags {
  ConnectionFlags connection;
  std::string project;
  std::string state;
  std::vector<std::string> maps;
  bool all = false;
  std::string question;
  std::string answer;
  std::string json;
};

const std::map<std::string, v1::SiteVerdict>& Answers() {
  static const auto* const kAnswers = new std::map<std::string, v1::SiteVerdict>{
      {"yes", v1::SITE_YES}, {"no", v1::SITE_NO}, {"unknown", v1::SITE_UNKNOWN}};
  return *kAnswers;
}

std::string WordFor(v1::SiteVerdict verdict) {
  for (const auto& [word, answer] : Answers()) {
    if (answer == verdict) return word;
  }
  return "";
}

// The half that is offline: it reads the maps.
absl::Status List(const ReviewFlags& flags, CallRelay& resolver) {
  BL_ASSIGN_OR_RETURN(const std::vector<std::string> maps,
                      SiteMaps(flags.project, flags.state, flags.maps));
  v1::ListQuestionsRequest request;
  request.set_project(flags.project);
  request.set_answered(flags.all);
  BL_ASSIGN_OR_RETURN(const v1::ListQuestionsResponse list, resolver.Call(kListQuestions, request));
  std::vector<std::string> pseudonyms;
  for (const v1::SiteQuestion& question : list.questions()) {
    pseudonyms.push_back(question.record());
  }
  BL_ASSIGN_OR_RETURN(const auto records, FindRecordIds(maps, pseudonyms));
  fputs(kQuestion, stderr);
  std::string out = "question,record_id,answer\n";
  JsonWriter json;
  json.BeginArray();
  int unknown = 0;
  for (const v1::SiteQuestion& question : list.questions()) {
    const auto found = records.find(HexEncode(question.record()));
    const std::string record = found == records.end() ? "" : found->second;
    unknown += record.empty() ? 1 : 0;
    AppendCsvRow({question.question(), record, WordFor(question.answer())}, &out);
    json.BeginObject().Key("question").Text(question.question());
    json.Key("record_id").Text(record).Key("answer").Text(WordFor(question.answer())).EndObject();
  }
  json.EndArray();
  BL_RETURN_IF_ERROR(PrintReport(out, json.Finish(), flags.json));
  if (unknown == 0) return absl::OkStatus();
  return absl::NotFoundError(
      absl::StrCat(unknown, " of ", list.questions_size(),
                   " records are not in the maps: name the maps of all datasets"));
}

absl::Status Answer(const ReviewFlags& flags) {
  v1::AnswerQuestionRequest request;
  request.set_project(flags.project);
  request.set_question(flags.question);
  request.set_answer(Answers().at(flags.answer));
  BL_ASSIGN_OR_RETURN(const auto stub, ConnectTo<v1::Review>(flags.connection));
  BL_RETURN_IF_ERROR(UnaryCall(*stub, &v1::Review::Stub::AnswerQuestion, request).status());
  printf("Answered: %s\n", flags.answer.c_str());
  return absl::OkStatus();
}

CLI::App* Add(CLI::App& group, const std::string& name, const std::string& description,
              const std::string& more_example, ReviewFlags* flags) {
  CLI::App* command = group.add_subcommand(name, description);
  AddConnectionFlags(*command, &flags->connection);
  command->add_option("--project", flags->project, "Name of the project")
      ->required()
      ->check(IsName());
  command->footer(absl::StrCat("Example:\n  blindlink-agent review ", name, " --project flu ",
                               more_example,
                               " \\\n      --resolver center:7443 --cert general.pem --key "
                               "general.key --ca ca.pem"));
  return command;
}

Command AddListCommand(CLI::App& group, const bool* offline_required) {
  auto flags = std::make_shared<ReviewFlags>();
  CLI::App* command = Add(group, "list", "List the questions about this site's records",
                          "--state state", flags.get());
  CLI::Option* map = command->add_option("--map", flags->maps,
                                         "Map of this site's pseudonyms to record ids (repeat)");
  command->add_option("--state", flags->state, "This site's folder with its maps, as for run")
      ->excludes(map);
  command->add_flag("--all", flags->all, "Also those that have been answered");
  AddJsonFlag(*command, "the list", &flags->json);
  return {
      command, [flags, offline_required] {
        return RunInTwoHalves(
            AllowedCalls(flags->connection).Allow(kListQuestions, &v1::Review::Stub::ListQuestions),
            *offline_required, [&](CallRelay& resolver) { return List(*flags, resolver); });
      }};
}

Command AddAnswerCommand(CLI::App& group) {
  auto flags = std::make_shared<ReviewFlags>();
  CLI::App* command = Add(group, "answer", "Answer one of them; a later answer replaces it",
                          "--question 0123456789abcdef0123456789abcdef --answer yes", flags.get());
  command->add_option("--question", flags->question, "The question, as listed")->required();
  command->add_option("--answer", flags->answer, "yes, no or unknown")
      ->required()
      ->check(CLI::IsMember(Answers()));
  return {command, [flags] { return Answer(*flags); }};
}

}  // namespace

std::vector<AgentCommand> AddReviewCommands(CLI::App& app, const bool* offline_required) {
  CLI::App& group = *app.add_subcommand(
      "review", "Answer the coordinators' questions about this site's records (docs/review.md)");
  group.require_subcommand(1);
  return {{AddListCommand(group, offline_required), Reach::kTwoHalves},
          {AddAnswerCommand(group), Reach::kOnline}};
}

}  // namespace blindlink::agent
