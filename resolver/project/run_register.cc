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
#include "common/base/fd.h"
#include "common/base/files.h"
#include "common/base/hex.h"
#include "common/base/status_macros.h"
#include "common/crypto/random.h"
#include "common/plan/plan_difference.h"
#include "common/telemetry/log.h"
#include "resolver/linkage/linkage_run.h"
#include "resolver/project/dropped_index.h"
#include "resolver/project/run_datasets.h"
#include "resolver/project/visible_datasets.h"
#include "resolver/results/faint_pairs.h"
#include "resolver/results/forget_records.h"
#include "resolver/storage/stored_message.h"

namespace blindlink::resolver {
namespace {

absl::Status NoSuchRun(absl::string_view run) {
  return absl::NotFoundError(absl::StrCat("there is no run ", run));
}

constexpr size_t kEntitySeedBytes = 32;

std::string RandomText(size_t size) {
  const SecretBytes random = RandomBytes(size);
  return {random.Reveal().begin(), random.Reveal().end()};
}

}  // namespace

absl::StatusOr<std::unique_ptr<RunRegister>> RunRegister::Open(const Parts& parts) {
  BL_RETURN_IF_ERROR(MakePrivateFolder(parts.folder));
  WorkLimits limits = parts.limits;
  limits.memory_budget /= 2;
  BL_ASSIGN_OR_RETURN(auto entities,
                      EntityRegister::Open({parts.folder.parent_path() / "entities", limits}));
  std::unique_ptr<RunRegister> runs(new RunRegister(parts, std::move(entities)));
  BL_RETURN_IF_ERROR(runs->OpenFolders());
  return runs;
}

absl::Status RunRegister::OpenFolders() {
  std::error_code error;
  for (const auto& folder : std::filesystem::directory_iterator(parts_.folder, error)) {
    // Without the file, the run's start was never acknowledged, or its removal had begun.
    if (!std::filesystem::exists(folder.path() / kRunFile)) {
      if (folder.is_directory()) RemoveRest(folder.path());
      continue;
    }
    BL_ASSIGN_OR_RETURN(runs_[folder.path().filename()], OpenRun(folder.path()));
  }
  if (error) return ErrnoStatus(error.value(), "read", parts_.folder);
  return absl::OkStatus();
}

void RunRegister::RemoveRest(const std::filesystem::path& folder) const {
  std::error_code error;
  std::filesystem::remove_all(folder, error);
  if (!error) return;
  spdlog::error("event=run-not-removed project={} run={} why={}", parts_.project,
                folder.filename().string(), LogQuote(error.message()));
}

absl::StatusOr<std::shared_ptr<RunRegister::Run>> RunRegister::OpenRun(
    const std::filesystem::path& folder) const {
  const std::string name = folder.filename();
  auto run = std::make_shared<Run>();
  absl::Status read =
      ReadStored(folder / kRunFile, "restore it from a backup, or start another run", &run->stored);
  if (read.ok() && run->stored.run().run() != name) {
    read = absl::DataLossError(absl::StrCat((folder / kRunFile).string(), " is of another run"));
  }
  if (read.ok()) {
    read = FinishForgetting(folder, &run->stored, [&](const storage::v1::StoredRun& changed) {
      return WriteStored(folder / kRunFile, changed);
    });
  }
  if (read.ok()) return run;
  if (!absl::IsDataLoss(read)) return read;
  spdlog::error("event=run-damaged project={} run={} why={}", parts_.project, name,
                LogQuote(read.message()));
  run->stored.Clear();
  v1::LinkageRun& info = *run->stored.mutable_run();
  info.set_project(parts_.project);
  info.set_run(name);
  info.set_state(v1::FAILED);
  info.set_failure(std::string(read.message()));
  info.set_failure_code(static_cast<uint32_t>(read.code()));
  run->damage = std::move(read);
  return run;
}

void RunRegister::ResumeWork() {
  const std::lock_guard lock(mutex_);
  for (const auto& [name, run] : runs_) {
    if (run->stored.run().state() != v1::RUNNING) continue;
    run->repeated = true;
    Enqueue(run);
  }
}

absl::StatusOr<Plan> RunRegister::PlanOfRun(const v1::StartLinkageRequest& request) const {
  BL_ASSIGN_OR_RETURN(const auto base, BaseOf(request));
  if (base.has_value()) return parts_.plans.Load(base->run().plan_digest());
  const std::string& plan_text = request.plan_text();
  if (plan_text.empty()) return parts_.plan;
  BL_ASSIGN_OR_RETURN(Plan plan, Plan::Parse(plan_text));
  if (plan.tokenization_digest() != parts_.plan.tokenization_digest()) {
    return absl::FailedPreconditionError(
        absl::StrCat("this plan needs different tokens than the project's plan: ",
                     DescribeTokenizationDifference(plan, parts_.plan),
                     "; only rules, entity rules, limits and comments may differ"));
  }
  const uint32_t most = parts_.plan.proto().limits().max_records_per_token();
  if (plan.proto().limits().max_records_per_token() > most) {
    return absl::FailedPreconditionError(absl::StrCat(
        "this plan uses tokens that up to ", plan.proto().limits().max_records_per_token(),
        " records share (max_records_per_token), but the index does not have those that more than ",
        most,
        " share, the limit of the project's plan: lower it, or create a project with the "
        "higher limit"));
  }
  return plan;
}

absl::StatusOr<v1::LinkageRun> RunRegister::Start(const v1::StartLinkageRequest& request,
                                                  int64_t now) {
  BL_ASSIGN_OR_RETURN(const Plan plan, PlanOfRun(request));
  BL_ASSIGN_OR_RETURN(const auto committed, VisibleDatasets(parts_.index, parts_.notes));
  BL_ASSIGN_OR_RETURN(const RunDatasets chosen,
                      ChooseDatasets(request, committed, parts_.sites(), parts_.notes));
  const std::vector<storage::v1::CommittedDataset>& datasets = chosen.datasets;
  const std::lock_guard lock(mutex_);
  if (closed_) return IndexIsDropped();
  if (!request.plan_text().empty()) BL_RETURN_IF_ERROR(parts_.plans.Save(plan));
  auto run = std::make_shared<Run>();
  v1::LinkageRun& info = *run->stored.mutable_run();
  info.set_project(parts_.project);
  const uint64_t number = NextNumber();
  info.set_run(absl::StrFormat("run-%06d", number));
  info.set_state(v1::RUNNING);
  info.set_plan_digest(std::string(AsView(plan.digest())));
  info.set_plan_name(plan.proto().name());
  info.set_stage("waiting");
  info.set_started_unix_seconds(now);
  info.set_epoch(chosen.epoch);
  info.set_token_key_id(chosen.token_key_id);
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
    BL_ASSIGN_OR_RETURN(const auto dataset, FindDataset(name, datasets));
    run->stored.add_only_with_numbers(dataset.dataset_number());
    *info.add_only_with() = name;
  }
  if (chosen.of_all_sites) {
    BL_RETURN_IF_ERROR(parts_.notes.BindTokenKey(chosen.token_key_id, info.run()));
  }
  const auto slow = NoticeOfSlowReading(EstimateIndexBytes(plan, datasets), parts_.memory());
  if (slow.has_value()) info.add_notices(*slow);
  info.set_incremental(!request.since_run().empty());
  info.set_model_of_run(info.incremental() ? request.since_run() : request.model_of_run());
  run->stored.set_of_some_records(!request.only_with().empty());
  run->stored.set_entity_seed(RandomText(kEntitySeedBytes));
  if (parts_.review != nullptr) run->stored.set_review_events(parts_.review->events());
  run->stored.set_release_rules(parts_.release_rules);
  const std::string rules = absl::StrCat(HexEncode(info.plan_digest()), " ", parts_.release_rules);
  BL_ASSIGN_OR_RETURN(const uint32_t rules_version, parts_.notes.NoteRun(number, rules));
  run->stored.set_rules_version(rules_version);
  BL_RETURN_IF_ERROR(MakePrivateFolder(FolderOf(*run)));
  BL_RETURN_IF_ERROR(Save(*run));
  runs_[info.run()] = run;
  Enqueue(run);
  return info;
}

uint64_t RunRegister::NextNumber() const {
  uint64_t newest = 0;
  if (!runs_.empty()) {
    absl::string_view number = runs_.rbegin()->first;
    absl::ConsumePrefix(&number, "run-");
    if (!absl::SimpleAtoi(number, &newest)) newest = runs_.size();
  }
  return std::max(newest, parts_.notes.newest_run()) + 1;
}

absl::Status RunRegister::Save(const Run& run) const {
  return WriteStored(FolderOf(run) / kRunFile, run.stored);
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

absl::Status RunRegister::Close() {
  const std::lock_guard lock(mutex_);
  bool finished = false;
  for (const auto& [name, run] : runs_) {
    const v1::RunState state = run->stored.run().state();
    if (state == v1::RUNNING) {
      return absl::FailedPreconditionError(
          absl::StrCat(name, " is in progress: wait for its end, or cancel it (linkage cancel)"));
    }
    finished |= state == v1::FINISHED;
  }
  if (!finished) {
    return absl::FailedPreconditionError(
        "no run has finished, and without the index none ever could: link first (linkage start)");
  }
  closed_ = true;
  return absl::OkStatus();
}

void RunRegister::CloseAnyway() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
}

void RunRegister::Reopen() {
  const std::lock_guard lock(mutex_);
  closed_ = false;
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

absl::StatusOr<std::vector<storage::v1::CommittedDataset>> RunRegister::DatasetsOf(
    storage::v1::StoredRun* result) const {
  BL_ASSIGN_OR_RETURN(auto datasets, VisibleDatasets(parts_.index, parts_.notes));
  v1::LinkageRun& info = *result->mutable_run();
  BL_RETURN_IF_ERROR(FollowChanges(datasets, parts_.notes, result->mutable_dataset_numbers(),
                                   info.mutable_datasets()));
  BL_RETURN_IF_ERROR(FollowChanges(datasets, parts_.notes, result->mutable_only_with_numbers(),
                                   info.mutable_only_with()));
  std::erase_if(datasets, [&](const storage::v1::CommittedDataset& dataset) {
    const auto& numbers = result->dataset_numbers();
    return std::find(numbers.begin(), numbers.end(), dataset.dataset_number()) == numbers.end();
  });
  return datasets;
}

absl::StatusOr<std::unique_ptr<SharedRun>> RunRegister::ShareRun(
    const Run& run, const std::string& name,
    const std::vector<storage::v1::CommittedDataset>& datasets) const {
  const size_t workers = parts_.board.workers();
  // As the resolver starts again, no worker can have joined yet.
  if (workers == 0 && !run.repeated) return nullptr;
  std::vector<uint32_t> numbers;
  numbers.reserve(datasets.size());
  for (const auto& dataset : datasets) numbers.push_back(dataset.dataset_number());
  auto shared = parts_.index.Share(numbers);
  if (absl::IsUnavailable(shared.status())) {
    // What workers exchange goes to all servers; a run alone reads from those that answer.
    spdlog::warn("event=run-not-shared project={} run={} why={}", parts_.project, name,
                 LogQuote(shared.status().message()));
    return nullptr;
  }
  BL_RETURN_IF_ERROR(shared.status());
  if (*shared == nullptr) return nullptr;
  spdlog::info("event=run-shared project={} run={} worker_threads={}", parts_.project, name,
               workers);
  return std::make_unique<SharedRun>(parts_.board, *std::move(shared), parts_.limits,
                                     FolderOf(run));
}

absl::Status RunRegister::Link(Run* run, storage::v1::StoredRun* result) {
  BL_ASSIGN_OR_RETURN(const Plan plan, parts_.plans.Load(result->run().plan_digest()));
  BL_ASSIGN_OR_RETURN(const auto datasets, DatasetsOf(result));
  BL_ASSIGN_OR_RETURN(const std::optional<EarlierRun> earlier, EarlierOf(*result, datasets));
  LinkageInput input{plan, parts_.index, datasets, parts_.limits, {}};
  input.only_with.assign(result->only_with_numbers().begin(), result->only_with_numbers().end());
  input.earlier = earlier.has_value() ? &*earlier : nullptr;
  std::unique_ptr<SharedRun> sharing;
  if (CanBeShared(input)) {
    BL_ASSIGN_OR_RETURN(sharing, ShareRun(*run, result->run().run(), datasets));
  }
  input.sharing = sharing.get();
  input.index_generation = parts_.key.generation();
  if (parts_.review != nullptr) {
    input.decisions = parts_.review->DecisionsAfter(result->review_events());
  }
  BL_RETURN_IF_ERROR(KeepSeed(run, result));
  const RunControl control{&run->cancel, [this, run](const char* stage, double share) {
                             const std::lock_guard lock(mutex_);
                             run->stored.mutable_run()->set_stage(stage);
                             run->stored.mutable_run()->set_progress(share);
                           }};
  const absl::Status linked = RunLinkage(input, FolderOf(*run), control, result);
  if (sharing != nullptr) {
    const SharedRun::Counts& counts = sharing->counts();
    spdlog::info(
        "event=run-was-shared project={} run={} pieces={} by_workers={} taken_over={} "
        "candidates={}",
        parts_.project, result->run().run(), counts.pieces, counts.by_workers, counts.taken_over,
        counts.candidates);
    sharing.reset();
  }
  BL_RETURN_IF_ERROR(linked);
  BL_RETURN_IF_ERROR(CatchUp());
  return entities_->Name(FolderOf(*run), result);
}

// A run that was in progress under an earlier release has none.
absl::Status RunRegister::KeepSeed(Run* run, storage::v1::StoredRun* result) const {
  if (!result->entity_seed().empty()) return absl::OkStatus();
  result->set_entity_seed(RandomText(kEntitySeedBytes));
  const std::lock_guard lock(mutex_);
  run->stored.set_entity_seed(result->entity_seed());
  return Save(*run);
}

void RunRegister::End(Run* run, storage::v1::StoredRun result, const absl::Status& status,
                      double seconds) {
  v1::LinkageRun& info = *result.mutable_run();
  info.clear_stage();
  info.set_seconds(seconds);
  result.clear_entity_seed();
  if (status.ok()) {
    info.set_state(v1::FINISHED);
    info.set_progress(1);
  } else {
    result.clear_overlap();
    result.clear_files();
    info.clear_summary();
    info.clear_decisions();
    info.set_state(absl::IsCancelled(status) ? v1::CANCELLED : v1::FAILED);
    info.set_failure(std::string(status.message()));
    info.set_failure_code(static_cast<uint32_t>(status.code()));
    std::error_code ignored;
    for (const char* file : kResultFiles) {
      std::filesystem::remove(FolderOf(*run) / file, ignored);
    }
    std::filesystem::remove(FolderOf(*run) / kFaintFile, ignored);
  }
  KeepEnded(run, std::move(result));
  // If this fails, the next run does it, or says why it cannot.
  if (absl::Status taken = CatchUp(); !taken.ok()) {
    spdlog::warn("event=entity-ids-not-kept project={} why={}", parts_.project,
                 LogQuote(taken.message()));
  }
  const std::lock_guard lock(mutex_);
  spdlog::info("event=run-ended project={} run={} state={} pairs={} seconds={:.2f} why={}",
               parts_.project, run->stored.run().run(),
               v1::RunState_Name(run->stored.run().state()),
               run->stored.run().summary().match_pairs(), seconds, LogQuote(status.message()));
}

void RunRegister::KeepEnded(Run* run, storage::v1::StoredRun result) {
  const std::lock_guard lock(mutex_);
  run->stored = std::move(result);
  if (absl::Status saved = Save(*run); !saved.ok()) {
    spdlog::error("event=run-not-saved why={}", LogQuote(saved.message()));
    run->stored.mutable_run()->set_state(v1::FAILED);
    run->stored.mutable_run()->set_failure(std::string(saved.message()));
    run->stored.mutable_run()->set_failure_code(static_cast<uint32_t>(saved.code()));
  }
}

}  // namespace blindlink::resolver
