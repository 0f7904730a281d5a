#include <stdio.h>

#include <iterator>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "CLI/App.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "blindlink/v1/linkage_service.grpc.pb.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"
#include "common/cli/name_check.h"
#include "common/cli/report_output.h"
#include "common/rpc/poll_pause.h"
#include "common/rpc/unary_call.h"
#include "common/telemetry/progress.h"
#include "resolver/coordinator/coordinator_commands.h"
#include "resolver/coordinator/run_text.h"

namespace blindlink::resolver {
namespace {

// The stages of a run, in order (linkage_service.proto).
constexpr const char* kStages[] = {"records", "sweep", "rules", "entities", "publish"};

struct RunFlags {
  ConnectionFlags connection;
  std::string project;
  std::string run;
  std::string json;
  bool wait = false;
};

void AddProjectFlag(CLI::App* command, RunFlags* flags) {
  command->add_option("--project", flags->project, "The project")->required()->check(IsName());
}

void AddRunFlag(CLI::App* command, RunFlags* flags) {
  command->add_option("--run", flags->run, "The run, e.g. run-000001")->required();
}

void AddWaitFlags(CLI::App* command, RunFlags* flags) {
  command->add_flag("--wait", flags->wait, "Show progress until the run has ended");
  AddJsonFlag(*command, "the run", &flags->json);
}

v1::GetLinkageRunRequest RunRequest(const std::string& project, const std::string& run) {
  v1::GetLinkageRunRequest request;
  request.set_project(project);
  request.set_run(run);
  return request;
}

uint64_t StageNumber(const std::string& stage) {
  for (uint64_t i = 0; i < std::size(kStages); ++i) {
    if (stage == kStages[i]) return i;
  }
  return 0;
}

double ShareDone(const v1::LinkageRun& run) {
  return (static_cast<double>(StageNumber(run.stage())) + run.progress()) / std::size(kStages);
}

absl::Status WaitForEnd(v1::Linkage::Stub& stub, const std::string& project, v1::LinkageRun* run) {
  Progress progress(absl::StrCat("linking ", run->run()), "stages done", std::size(kStages));
  const PollPause pause;
  while (run->state() == v1::RUNNING) {
    std::this_thread::sleep_for(pause.Next());
    BL_ASSIGN_OR_RETURN(
        *run, UnaryCall(stub, &v1::Linkage::Stub::GetLinkageRun, RunRequest(project, run->run())));
    progress.Set(StageNumber(run->stage()), ShareDone(*run));
  }
  progress.Set(std::size(kStages), 1);
  return absl::OkStatus();
}

// Prints the run; with --wait, first waits for its end and returns an error if it did not finish.
absl::Status ReportRun(v1::Linkage::Stub& stub, const RunFlags& flags, v1::LinkageRun run) {
  if (flags.wait) BL_RETURN_IF_ERROR(WaitForEnd(stub, flags.project, &run));
  BL_RETURN_IF_ERROR(PrintReport(RunToText(run), RunToJson(run), flags.json));
  if (flags.wait && run.state() == v1::FAILED) {
    const auto code = static_cast<absl::StatusCode>(run.failure_code());
    return {code == absl::StatusCode::kOk ? absl::StatusCode::kInternal : code, run.failure()};
  }
  if (flags.wait && run.state() == v1::CANCELLED) {
    return absl::AbortedError("the run was cancelled");
  }
  return absl::OkStatus();
}

struct StartFlags : RunFlags {
  std::string plan_file;
  std::vector<std::string> only_with;
  std::vector<std::string> datasets;
  std::string since_run;
  std::string model_of_run;
  bool partial = false;
  bool drop_index_after = false;
};

// Adds the datasets that `flag` names as SITE/DATASET.
absl::Status AddDatasets(const char* flag, const std::vector<std::string>& names,
                         google::protobuf::RepeatedPtrField<v1::DatasetName>* datasets) {
  for (const std::string& name : names) {
    const std::pair<std::string, std::string> parts = absl::StrSplit(name, absl::MaxSplits('/', 1));
    if (parts.first.empty() || parts.second.empty()) {
      return absl::InvalidArgumentError(absl::StrCat(flag, " ", name, ": expected SITE/DATASET"));
    }
    v1::DatasetName& dataset = *datasets->Add();
    dataset.set_site(parts.first);
    dataset.set_dataset(parts.second);
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::StartLinkageRequest> StartRequest(const StartFlags& flags) {
  v1::StartLinkageRequest request;
  request.set_project(flags.project);
  if (!flags.plan_file.empty()) {
    BL_ASSIGN_OR_RETURN(*request.mutable_plan_text(), ReadFile(flags.plan_file));
  }
  BL_RETURN_IF_ERROR(AddDatasets("--only-with", flags.only_with, request.mutable_only_with()));
  BL_RETURN_IF_ERROR(AddDatasets("--dataset", flags.datasets, request.mutable_datasets()));
  request.set_partial(flags.partial);
  request.set_since_run(flags.since_run);
  request.set_model_of_run(flags.model_of_run);
  return request;
}

absl::Status StartLinkage(const StartFlags& flags) {
  BL_ASSIGN_OR_RETURN(const v1::StartLinkageRequest request, StartRequest(flags));
  BL_ASSIGN_OR_RETURN(const auto stub, ConnectTo<v1::Linkage>(flags.connection));
  BL_ASSIGN_OR_RETURN(v1::LinkageRun run,
                      UnaryCall(*stub, &v1::Linkage::Stub::StartLinkage, request));
  if (flags.wait) {  // otherwise the report follows at once
    for (const std::string& notice : run.notices()) fprintf(stderr, "note: %s\n", notice.c_str());
  }
  BL_RETURN_IF_ERROR(ReportRun(*stub, flags, std::move(run)));
  return flags.drop_index_after ? DropIndex(flags.connection, flags.project) : absl::OkStatus();
}

Command AddStartCommand(CLI::App& group) {
  auto flags = std::make_shared<StartFlags>();
  CLI::App* command =
      AddCoordinatorCommand(group, "start", "Start a linkage run over all committed datasets",
                            "--project asthma --wait", &flags->connection);
  AddProjectFlag(command, flags.get());
  command->add_option(
      "--plan", flags->plan_file,
      "Plan for this run, with the same match keys as the project's plan (default: that plan)");
  command->add_option("--only-with", flags->only_with,
                      "SITE/DATASET (repeat): compare only pairs with a record of these datasets; "
                      "fast for a small new dataset");
  command->add_option(
      "--dataset,--datasets", flags->datasets,
      "SITE/DATASET (repeat): link these datasets alone [all that are committed and "
      "not withdrawn]");
  CLI::Option* since = command->add_option(
      "--since", flags->since_run,
      "A finished run to start from, with its plan, model and threshold: compares only what has "
      "changed since (docs/increments.md)");
  command
      ->add_option("--model-of", flags->model_of_run,
                   "A finished run whose plan, model and threshold decide, over all pairs")
      ->excludes(since);
  command->add_flag("--partial", flags->partial,
                    "Also start if some sites of the project have committed nothing yet");
  AddWaitFlags(command, flags.get());
  command->add_flag("--drop-index-after", flags->drop_index_after,
                    "Wait, and once the run has finished destroy the project's index and its key: "
                    "results stay, but there will be no more uploads and runs");
  return {command, [flags] {
            flags->wait |= flags->drop_index_after;
            return StartLinkage(*flags);
          }};
}

absl::Status ShowRun(const RunFlags& flags) {
  BL_ASSIGN_OR_RETURN(const auto stub, ConnectTo<v1::Linkage>(flags.connection));
  BL_ASSIGN_OR_RETURN(v1::LinkageRun run, UnaryCall(*stub, &v1::Linkage::Stub::GetLinkageRun,
                                                    RunRequest(flags.project, flags.run)));
  return ReportRun(*stub, flags, std::move(run));
}

Command AddStatusCommand(CLI::App& group) {
  auto flags = std::make_shared<RunFlags>();
  CLI::App* command =
      AddCoordinatorCommand(group, "status", "Show a run: its progress or its result",
                            "--project asthma --run run-000001", &flags->connection);
  AddProjectFlag(command, flags.get());
  AddRunFlag(command, flags.get());
  AddWaitFlags(command, flags.get());
  return {command, [flags] { return ShowRun(*flags); }};
}

absl::Status CancelRun(const RunFlags& flags) {
  BL_ASSIGN_OR_RETURN(const auto stub, ConnectTo<v1::Linkage>(flags.connection));
  return UnaryCall(*stub, &v1::Linkage::Stub::CancelLinkage, RunRequest(flags.project, flags.run))
      .status();
}

Command AddCancelCommand(CLI::App& group) {
  auto flags = std::make_shared<RunFlags>();
  CLI::App* command =
      AddCoordinatorCommand(group, "cancel", "Stop a run, without a result",
                            "--project asthma --run run-000001", &flags->connection);
  AddProjectFlag(command, flags.get());
  AddRunFlag(command, flags.get());
  return {command, [flags] { return CancelRun(*flags); }};
}

absl::Status RemoveRun(const RunFlags& flags) {
  BL_ASSIGN_OR_RETURN(const auto stub, ConnectTo<v1::Linkage>(flags.connection));
  return UnaryCall(*stub, &v1::Linkage::Stub::RemoveLinkageRun,
                   RunRequest(flags.project, flags.run))
      .status();
}

Command AddRemoveCommand(CLI::App& group) {
  auto flags = std::make_shared<RunFlags>();
  CLI::App* command = AddCoordinatorCommand(
      group, "remove", "Remove a run that has ended, with its result; entity ids stay",
      "--project asthma --run run-000001", &flags->connection);
  AddProjectFlag(command, flags.get());
  AddRunFlag(command, flags.get());
  return {command, [flags] { return RemoveRun(*flags); }};
}

std::string RunTable(const v1::ListLinkageRunsResponse& list) {
  std::string text = absl::StrFormat("%-12s %-10s %-24s %12s %12s %10s\n", "run", "state", "plan",
                                     "records", "pairs", "seconds");
  for (const v1::LinkageRun& run : list.runs()) {
    absl::StrAppendFormat(&text, "%-12s %-10s %-24s %12d %12d %10.2f\n", run.run(),
                          v1::RunState_Name(run.state()), run.plan_name(), run.summary().records(),
                          run.summary().match_pairs(), run.seconds());
  }
  return text;
}

absl::Status ListRuns(const RunFlags& flags) {
  v1::ListLinkageRunsRequest request;
  request.set_project(flags.project);
  BL_ASSIGN_OR_RETURN(const auto stub, ConnectTo<v1::Linkage>(flags.connection));
  BL_ASSIGN_OR_RETURN(const v1::ListLinkageRunsResponse response,
                      UnaryCall(*stub, &v1::Linkage::Stub::ListLinkageRuns, request));
  return PrintAnswer(RunTable(response), response, flags.json);
}

Command AddListCommand(CLI::App& group) {
  auto flags = std::make_shared<RunFlags>();
  CLI::App* command = AddCoordinatorCommand(group, "list", "List a project's runs",
                                            "--project asthma", &flags->connection);
  AddProjectFlag(command, flags.get());
  AddJsonFlag(*command, "the list", &flags->json);
  return {command, [flags] { return ListRuns(*flags); }};
}

}  // namespace

std::vector<Command> AddLinkageCommands(CLI::App& app) {
  CLI::App& group = *app.add_subcommand("linkage", "Coordinator: linkage runs");
  group.require_subcommand(1);
  return {AddStartCommand(group),    AddStatusCommand(group),  AddListCommand(group),
          AddOverviewCommand(group), AddPreviewCommand(group), AddCancelCommand(group),
          AddRemoveCommand(group)};
}

}  // namespace blindlink::resolver
