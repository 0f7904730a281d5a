#include <stdio.h>

#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "blindlink/v1/linkage_service.grpc.pb.h"
#include "common/base/files.h"
#include "common/rpc/poll_pause.h"
#include "common/telemetry/progress.h"
#include "resolver/coordinator/command_base.h"
#include "resolver/coordinator/run_text.h"

namespace blindlink::resolver {
namespace {

// A command about one run, which may wait for its end.
class RunCommand : public RpcCommand {
 public:
  using RpcCommand::RpcCommand;

 protected:
  void AddProjectFlag() { app_.add_option("--project", project_, "The project")->required(); }
  void AddRunFlag() { app_.add_option("--run", run_, "The run, e.g. run-000001")->required(); }
  void AddWaitFlags() {
    app_.add_flag("--wait", wait_, "Wait until the run has ended, and show its progress");
    app_.add_option("--json", json_, "Also write the run as JSON to this file");
  }

  v1::GetLinkageRunRequest NameOfRun(const std::string& run) const {
    v1::GetLinkageRunRequest request;
    request.set_project(project_);
    request.set_run(run);
    return request;
  }

  absl::Status WaitForEnd(v1::LinkageRun* run) {
    Progress progress(absl::StrCat("linking ", run->run()), "stages done", 5);
    const PollPause pause;
    while (run->state() == v1::RUNNING) {
      std::this_thread::sleep_for(pause.Next());
      BL_RETURN_IF_ERROR(
          Call<v1::Linkage>(&v1::Linkage::Stub::GetLinkageRun, NameOfRun(run->run()), run));
      progress.Set(StageNumber(run->stage()), Share(*run));
    }
    progress.Set(5, 1);
    return absl::OkStatus();
  }

  // Prints the run; a status if it ended badly.
  absl::Status Report(v1::LinkageRun run) {
    if (wait_) BL_RETURN_IF_ERROR(WaitForEnd(&run));
    fputs(RunToText(run).c_str(), stdout);
    if (!json_.empty()) BL_RETURN_IF_ERROR(WriteFileAtomically(json_, RunToJson(run), 0644));
    if (wait_ && run.state() == v1::FAILED) return absl::InternalError(run.failure());
    if (wait_ && run.state() == v1::CANCELLED) return absl::AbortedError("the run was cancelled");
    return absl::OkStatus();
  }

  std::string project_, run_, json_;
  bool wait_ = false;

 private:
  static uint64_t StageNumber(const std::string& stage) {
    constexpr const char* kStages[] = {"records", "sweep", "rules", "entities", "publish"};
    for (uint64_t i = 0; i < 5; ++i) {
      if (stage == kStages[i]) return i;
    }
    return 0;
  }
  static double Share(const v1::LinkageRun& run) {
    return (static_cast<double>(StageNumber(run.stage())) + run.progress()) / 5;
  }
};

class StartLinkage : public RunCommand {
 public:
  explicit StartLinkage(CLI::App& parent)
      : RunCommand(parent, "start", "Start a linkage run over all committed datasets",
                   "--project asthma --wait") {
    AddProjectFlag();
    app_.add_option("--plan", plan_file_,
                    "Another plan for this run, with the same match keys (default: the project's)");
    app_.add_option("--only-with", only_with_,
                    "SITE/DATASET, more than once: only pairs with a record of these, which is "
                    "quick for a small new dataset");
    AddWaitFlags();
  }
  absl::Status Execute() override {
    v1::StartLinkageRequest request;
    request.set_project(project_);
    if (!plan_file_.empty()) {
      BL_ASSIGN_OR_RETURN(*request.mutable_plan_text(), ReadFile(plan_file_));
    }
    for (const std::string& name : only_with_) {
      const std::pair<std::string, std::string> parts =
          absl::StrSplit(name, absl::MaxSplits('/', 1));
      if (parts.first.empty() || parts.second.empty()) {
        return absl::InvalidArgumentError(
            absl::StrCat("--only-with ", name, ": SITE/DATASET is expected"));
      }
      v1::DatasetName& dataset = *request.add_only_with();
      dataset.set_site(parts.first);
      dataset.set_dataset(parts.second);
    }
    v1::LinkageRun run;
    BL_RETURN_IF_ERROR(Call<v1::Linkage>(&v1::Linkage::Stub::StartLinkage, request, &run));
    return Report(std::move(run));
  }

 private:
  std::string plan_file_;
  std::vector<std::string> only_with_;
};

class LinkageStatus : public RunCommand {
 public:
  explicit LinkageStatus(CLI::App& parent)
      : RunCommand(parent, "status", "Show a run: progress, or what came out",
                   "--project asthma --run run-000001") {
    AddProjectFlag();
    AddRunFlag();
    AddWaitFlags();
  }
  absl::Status Execute() override {
    v1::LinkageRun run;
    BL_RETURN_IF_ERROR(Call<v1::Linkage>(&v1::Linkage::Stub::GetLinkageRun, NameOfRun(run_), &run));
    return Report(std::move(run));
  }
};

class CancelLinkage : public RunCommand {
 public:
  explicit CancelLinkage(CLI::App& parent)
      : RunCommand(parent, "cancel", "Stop a run; it leaves no result",
                   "--project asthma --run run-000001") {
    AddProjectFlag();
    AddRunFlag();
  }
  absl::Status Execute() override {
    v1::LinkageRun run;
    return Call<v1::Linkage>(&v1::Linkage::Stub::CancelLinkage, NameOfRun(run_), &run);
  }
};

class ListLinkage : public RunCommand {
 public:
  explicit ListLinkage(CLI::App& parent)
      : RunCommand(parent, "list", "List a project's runs", "--project asthma") {
    AddProjectFlag();
  }
  absl::Status Execute() override {
    v1::ListLinkageRunsRequest request;
    request.set_project(project_);
    v1::ListLinkageRunsResponse response;
    BL_RETURN_IF_ERROR(Call<v1::Linkage>(&v1::Linkage::Stub::ListLinkageRuns, request, &response));
    absl::PrintF("%-12s %-10s %-24s %12s %12s %10s\n", "run", "state", "plan", "records", "pairs",
                 "seconds");
    for (const v1::LinkageRun& run : response.runs()) {
      absl::PrintF("%-12s %-10s %-24s %12d %12d %10.2f\n", run.run(),
                   v1::RunState_Name(run.state()), run.plan_name(), run.summary().records(),
                   run.summary().match_pairs(), run.seconds());
    }
    return absl::OkStatus();
  }
};

}  // namespace

void AddLinkageCommands(CLI::App& app, CoordinatorCommands* commands) {
  CLI::App& group = *app.add_subcommand("linkage", "Coordinator: linkage runs");
  group.require_subcommand(1);
  commands->push_back(std::make_unique<StartLinkage>(group));
  commands->push_back(std::make_unique<LinkageStatus>(group));
  commands->push_back(std::make_unique<ListLinkage>(group));
  commands->push_back(std::make_unique<CancelLinkage>(group));
}

}  // namespace blindlink::resolver
