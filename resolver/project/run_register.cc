#include "resolver/project/run_register.h"

#include <algorithm>
#include <chrono>
#include <system_error>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "common/base/disk_room.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"
#include "common/telemetry/log.h"
#include "resolver/linkage/linkage_run.h"

namespace blindlink::resolver {
namespace {

absl::Status NoSuchRun(absl::string_view run) {
  return absl::NotFoundError(absl::StrCat("there is no run ", run));
}

absl::StatusOr<uint32_t> NumberOf(const v1::DatasetName& name,
                                  const std::vector<storage::v1::CommittedDataset>& datasets) {
  for (const auto& dataset : datasets) {
    const v1::UploadManifest& manifest = dataset.manifest();
    if (manifest.site() == name.site() && manifest.dataset() == name.dataset()) {
      return dataset.dataset_number();
    }
  }
  return absl::NotFoundError(absl::StrCat("site ", name.site(), " has committed no dataset ",
                                          name.dataset(), ": see upload list"));
}

}  // namespace

absl::StatusOr<std::unique_ptr<RunRegister>> RunRegister::Open(const Parts& parts) {
  BL_RETURN_IF_ERROR(MakePrivateFolder(parts.folder));
  std::unique_ptr<RunRegister> runs(new RunRegister(parts));
  BL_RETURN_IF_ERROR(runs->OpenFolders());
  return runs;
}

absl::Status RunRegister::OpenFolders() {
  for (const auto& folder : std::filesystem::directory_iterator(parts_.folder)) {
    const std::filesystem::path file = folder.path() / "run.pb";
    if (!std::filesystem::exists(file)) continue;  // its start was never acknowledged
    BL_ASSIGN_OR_RETURN(const std::string bytes, ReadFile(file));
    auto run = std::make_shared<Run>();
    if (!run->stored.ParseFromString(bytes)) {
      return absl::DataLossError(absl::StrCat(file.string(), " is damaged"));
    }
    runs_[run->stored.run().run()] = run;
  }
  return absl::OkStatus();
}

void RunRegister::ResumeWork() {
  const std::lock_guard lock(mutex_);
  for (const auto& [name, run] : runs_) {
    if (run->stored.run().state() == v1::RUNNING) Enqueue(run);
  }
}

absl::StatusOr<Plan> RunRegister::PlanOfRun(const std::string& plan_text) const {
  if (plan_text.empty()) return parts_.plan;
  BL_ASSIGN_OR_RETURN(Plan plan, Plan::Parse(plan_text));
  if (plan.tokenization_digest() != parts_.plan.tokenization_digest()) {
    return absl::FailedPreconditionError(
        "this plan needs different tokens than the project's plan (tokenization digests differ): "
        "only rules, entity rules, limits and comments may differ");
  }
  BL_RETURN_IF_ERROR(parts_.plans.Save(plan));
  return plan;
}

absl::StatusOr<v1::LinkageRun> RunRegister::Start(const v1::StartLinkageRequest& request,
                                                  int64_t now) {
  const std::lock_guard lock(mutex_);
  BL_ASSIGN_OR_RETURN(const Plan plan, PlanOfRun(request.plan_text()));
  BL_ASSIGN_OR_RETURN(const auto datasets, parts_.index.Datasets());
  if (datasets.empty()) {
    return absl::FailedPreconditionError("nothing is committed yet: there is nothing to link");
  }
  auto run = std::make_shared<Run>();
  v1::LinkageRun& info = *run->stored.mutable_run();
  info.set_project(parts_.project);
  info.set_run(NextName());
  info.set_state(v1::RUNNING);
  info.set_plan_digest(std::string(AsView(plan.digest())));
  info.set_plan_name(plan.proto().name());
  info.set_stage("waiting");
  info.set_started_unix_seconds(now);
  for (const auto& dataset : datasets) {
    run->stored.add_dataset_numbers(dataset.dataset_number());
    v1::DatasetName& name = *info.add_datasets();
    name.set_site(dataset.manifest().site());
    name.set_dataset(dataset.manifest().dataset());
  }
  if (request.only_with().empty()) {
    BL_RETURN_IF_ERROR(CheckRoom(parts_.folder, DiskOfRun(datasets, parts_.limits), "the run"));
  }
  for (const v1::DatasetName& name : request.only_with()) {
    BL_ASSIGN_OR_RETURN(const uint32_t number, NumberOf(name, datasets));
    run->stored.add_only_with_numbers(number);
    *info.add_only_with() = name;
  }
  BL_RETURN_IF_ERROR(MakePrivateFolder(FolderOf(*run)));
  BL_RETURN_IF_ERROR(Save(*run));
  runs_[info.run()] = run;
  Enqueue(run);
  return info;
}

std::string RunRegister::NextName() const {
  uint64_t newest = 0;
  if (!runs_.empty()) {
    absl::string_view number = runs_.rbegin()->first;
    absl::ConsumePrefix(&number, "run-");
    if (!absl::SimpleAtoi(number, &newest)) newest = runs_.size();
  }
  return absl::StrFormat("run-%06d", newest + 1);
}

absl::Status RunRegister::Save(const Run& run) const {
  return WriteFileAtomically(FolderOf(run) / "run.pb", run.stored.SerializeAsString(), 0600);
}

absl::StatusOr<v1::LinkageRun> RunRegister::Get(absl::string_view name) const {
  const std::lock_guard lock(mutex_);
  const auto found = runs_.find(std::string(name));
  if (found == runs_.end()) return NoSuchRun(name);
  return found->second->stored.run();
}

std::vector<v1::LinkageRun> RunRegister::List() const {
  const std::lock_guard lock(mutex_);
  std::vector<v1::LinkageRun> list;
  for (const auto& [name, run] : runs_) list.push_back(run->stored.run());
  return list;
}

absl::StatusOr<v1::LinkageRun> RunRegister::Cancel(absl::string_view name) {
  const std::lock_guard lock(mutex_);
  const auto found = runs_.find(std::string(name));
  if (found == runs_.end()) return NoSuchRun(name);
  if (found->second->stored.run().state() != v1::RUNNING) {
    return absl::FailedPreconditionError(absl::StrCat("run ", name, " has already ended"));
  }
  found->second->cancel = true;
  return found->second->stored.run();
}

void RunRegister::Interrupt() {
  const std::lock_guard lock(mutex_);
  for (const auto& [name, run] : runs_) run->cancel = true;
}

void RunRegister::Enqueue(std::shared_ptr<Run> run) {
  parts_.worker.Enqueue([this, run = std::move(run)] { Execute(run.get()); });
}

void RunRegister::Execute(Run* run) {
  const auto start = std::chrono::steady_clock::now();
  storage::v1::StoredRun result;
  {
    const std::lock_guard lock(mutex_);
    result = run->stored;
  }
  spdlog::info("event=run-started project={} run={}", parts_.project, result.run().run());
  const absl::Status status = Link(run, &result);
  // Stopping the resolver does not cancel the run: it stays RUNNING on disk.
  if (absl::IsCancelled(status) && parts_.worker.stopping()) return;
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  End(run, std::move(result), status, seconds);
}

absl::Status RunRegister::Link(Run* run, storage::v1::StoredRun* result) {
  BL_ASSIGN_OR_RETURN(const Plan plan, parts_.plans.Load(result->run().plan_digest()));
  LinkageInput input{plan, parts_.index, {}, parts_.limits, {}};
  input.only_with.assign(result->only_with_numbers().begin(), result->only_with_numbers().end());
  BL_ASSIGN_OR_RETURN(const auto datasets, parts_.index.Datasets());
  for (const auto& dataset : datasets) {
    const auto& numbers = result->dataset_numbers();
    if (std::find(numbers.begin(), numbers.end(), dataset.dataset_number()) != numbers.end()) {
      input.datasets.push_back(dataset);
    }
  }
  const RunControl control{&run->cancel, [this, run](const char* stage, double share) {
                             const std::lock_guard lock(mutex_);
                             run->stored.mutable_run()->set_stage(stage);
                             run->stored.mutable_run()->set_progress(share);
                           }};
  return RunLinkage(input, FolderOf(*run), control, result);
}

void RunRegister::End(Run* run, storage::v1::StoredRun result, const absl::Status& status,
                      double seconds) {
  v1::LinkageRun& info = *result.mutable_run();
  info.clear_stage();
  info.set_seconds(seconds);
  if (status.ok()) {
    info.set_state(v1::FINISHED);
    info.set_progress(1);
  } else {
    result.clear_overlap();
    info.clear_summary();
    info.set_state(absl::IsCancelled(status) ? v1::CANCELLED : v1::FAILED);
    info.set_failure(std::string(status.message()));
    std::error_code ignored;
    for (const char* file : {kRecordsFile, kPairsFile, kEntitiesFile}) {
      std::filesystem::remove(FolderOf(*run) / file, ignored);
    }
  }
  const std::lock_guard lock(mutex_);
  run->stored = std::move(result);
  if (absl::Status saved = Save(*run); !saved.ok()) {
    spdlog::error("event=run-not-saved why={}", LogQuote(saved.message()));
    run->stored.mutable_run()->set_state(v1::FAILED);
    run->stored.mutable_run()->set_failure(std::string(saved.message()));
  }
  spdlog::info("event=run-ended project={} run={} state={} pairs={} seconds={:.2f} why={}",
               parts_.project, info.run(), v1::RunState_Name(run->stored.run().state()),
               run->stored.run().summary().match_pairs(), seconds, LogQuote(status.message()));
}

absl::StatusOr<std::shared_ptr<const RunResult>> RunRegister::Result(
    const std::string& name) const {
  storage::v1::StoredRun stored;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [run_name, run] : runs_) {
      const bool finished = run->stored.run().state() == v1::FINISHED;
      if (name.empty() ? finished : run_name == name) stored = run->stored;
    }
  }
  if (!stored.has_run()) {
    return name.empty() ? absl::FailedPreconditionError("no run has finished yet")
                        : NoSuchRun(name);
  }
  if (stored.run().state() != v1::FINISHED) {
    return absl::FailedPreconditionError(absl::StrCat("run ", name, " has not finished"));
  }
  BL_ASSIGN_OR_RETURN(Plan plan, parts_.plans.Load(stored.run().plan_digest()));
  const std::filesystem::path folder = parts_.folder / stored.run().run();
  return RunResult::Open(folder, std::move(stored), std::move(plan), parts_.key);
}

std::vector<v1::ResultInfo> RunRegister::ListResults() const {
  std::vector<v1::ResultInfo> results;
  for (const v1::LinkageRun& run : List()) {
    if (run.state() != v1::FINISHED) continue;
    if (const auto result = Result(run.run()); result.ok()) {
      results.push_back((*result)->Info());
    } else {
      LogDamage(run.run(), result.status());
    }
  }
  return results;
}

void RunRegister::LogDamage(const std::string& name, const absl::Status& status) const {
  const std::lock_guard lock(mutex_);
  const auto found = runs_.find(name);
  if (found == runs_.end() || std::exchange(found->second->damage_logged, true)) return;
  spdlog::error("event=result-damaged project={} run={} why={}", parts_.project, name,
                LogQuote(status.message()));
}

}  // namespace blindlink::resolver
