#include <algorithm>
#include <system_error>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "common/base/fd.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"
#include "common/telemetry/log.h"
#include "resolver/project/run_register.h"
#include "resolver/project/visible_datasets.h"
#include "resolver/results/faint_pairs.h"
#include "resolver/results/forget_records.h"
#include "resolver/results/result_rows.h"
#include "resolver/storage/stored_message.h"

// What a project's runs have to do with each other: one starts from another, entity ids go from one
// to the next, and runs and records leave.

namespace blindlink::resolver {
namespace {

uint64_t NumberOf(absl::string_view run) {
  uint64_t number = 0;
  absl::ConsumePrefix(&run, "run-");
  return absl::SimpleAtoi(run, &number) ? number : 0;
}

absl::Status MayStillHaveThem(const std::string& run, const absl::Status& why) {
  return {why.code(), absl::StrCat(run, " may still have the records (", why.message(),
                                   "): restore it from a backup, or remove it (linkage remove), "
                                   "and the withdrawal goes on")};
}

}  // namespace

absl::StatusOr<std::optional<storage::v1::StoredRun>> RunRegister::BaseOf(
    const v1::StartLinkageRequest& request) const {
  if (request.since_run().empty() && request.model_of_run().empty()) return std::nullopt;
  if (!request.since_run().empty() && !request.model_of_run().empty()) {
    return absl::InvalidArgumentError(
        "a run starts from another one (since) or only uses its model (model-of), not both");
  }
  if (!request.only_with().empty() || !request.plan_text().empty()) {
    return absl::InvalidArgumentError(
        "a run that starts from another one, or uses its model, has that run's plan and looks for "
        "all pairs: give neither a plan nor only-with");
  }
  const bool since = !request.since_run().empty();
  BL_ASSIGN_OR_RETURN(storage::v1::StoredRun base,
                      FindFinished(since ? request.since_run() : request.model_of_run()));
  if (base.only_with_numbers_size() > 0) {
    return absl::FailedPreconditionError(
        absl::StrCat(base.run().run(), " is of some records only: name a run over all pairs"));
  }
  return base;
}

absl::StatusOr<std::optional<EarlierRun>> RunRegister::EarlierOf(
    const storage::v1::StoredRun& run,
    const std::vector<storage::v1::CommittedDataset>& datasets) const {
  const std::string& name = run.run().model_of_run();
  if (name.empty()) return std::nullopt;
  EarlierRun earlier;
  BL_ASSIGN_OR_RETURN(earlier.run, FindFinished(name));
  earlier.folder = parts_.folder / name;
  const auto& numbers = earlier.run.dataset_numbers();
  earlier.numbers = NumbersNow({numbers.begin(), numbers.end()}, datasets);
  earlier.increment = run.run().incremental();
  return earlier;
}

std::vector<RunFiles> RunRegister::RunsWithEntityIds() const {
  const std::lock_guard lock(mutex_);
  std::vector<RunFiles> found;
  for (const auto& [name, run] : runs_) {
    if (run->stored.run().state() != v1::FINISHED || !run->damage.ok()) continue;
    const auto& files = run->stored.files();
    const bool has_ids = std::any_of(
        files.begin(), files.end(), [](const auto& file) { return file.name() == kEntityIdsFile; });
    if (has_ids) found.push_back({run->stored, FolderOf(*run)});
  }
  return found;
}

absl::Status RunRegister::CatchUp() const {
  for (const RunFiles& run : RunsWithEntityIds()) {
    absl::Status taken = entities_->Take(NumberOf(run.run.run().run()), run.folder, run.run);
    // The ids of a damaged run are lost; those of the next one are given without them.
    if (!taken.ok() && !absl::IsDataLoss(taken)) return taken;
  }
  return absl::OkStatus();
}

void RunRegister::RemoveStartedBefore(int64_t time, const EnterDecision& enter) {
  if (!CatchUp().ok()) return;
  const std::lock_guard lock(mutex_);
  for (auto at = runs_.begin(); at != runs_.end();) {
    const v1::LinkageRun& run = at->second->stored.run();
    const bool ended = run.state() != v1::RUNNING && run.started_unix_seconds() < time;
    // Its name must not be used again.
    if (!ended || !parts_.notes.NoteRun(NextNumber() - 1, "").ok()) {
      ++at;
      continue;
    }
    bool& entered = at->second->end_entered;
    entered = entered || enter(v1::RUN_ENDED, {{"run", at->first}}).ok();
    if (!entered) {
      ++at;
      continue;
    }
    if (const absl::Status removed = RemoveFiles(*at->second); !removed.ok()) {
      if (!std::exchange(at->second->removal_logged, true)) {
        spdlog::error("event=run-not-removed project={} run={} why={}", parts_.project, at->first,
                      LogQuote(removed.message()));
      }
      ++at;
      continue;
    }
    spdlog::info("event=run-removed project={} run={} why={}", parts_.project, at->first,
                 LogQuote("it has reached its end"));
    at = runs_.erase(at);
    CloseReview();
  }
}

absl::Status RunRegister::RemoveFiles(const Run& run) const {
  const std::filesystem::path folder = FolderOf(run);
  std::error_code error;
  if (!std::filesystem::exists(folder, error) && !error) return absl::OkStatus();
  if (!error) std::filesystem::remove(folder / kRunFile, error);
  if (error) return ErrnoStatus(error.value(), "remove", folder / kRunFile);
  BL_RETURN_IF_ERROR(SyncFolder(folder));
  std::filesystem::remove_all(folder, error);
  if (error) return ErrnoStatus(error.value(), "remove", folder);
  return SyncFolder(parts_.folder);
}

absl::StatusOr<v1::LinkageRun> RunRegister::Remove(absl::string_view name) {
  BL_RETURN_IF_ERROR(CatchUp());
  const std::lock_guard lock(mutex_);
  const auto found = runs_.find(std::string(name));
  if (found == runs_.end()) return absl::NotFoundError(absl::StrCat("there is no run ", name));
  v1::LinkageRun info = found->second->stored.run();
  if (info.state() == v1::RUNNING) {
    return absl::FailedPreconditionError(
        absl::StrCat(name, " is in progress: wait for its end, or cancel it (linkage cancel)"));
  }
  // Its name must not be used again.
  BL_RETURN_IF_ERROR(parts_.notes.NoteRun(NextNumber() - 1, "").status());
  BL_RETURN_IF_ERROR(RemoveFiles(*found->second));
  runs_.erase(found);
  CloseReview();
  return info;
}

absl::StatusOr<uint64_t> RunRegister::ForgetIn(Run& run, const std::string& site,
                                               const absl::flat_hash_set<RecordPseudonym>& records,
                                               const HasLeft& has_left) {
  // Whether it has finished, and with which files, is not known.
  if (!run.damage.ok()) return run.damage;
  storage::v1::StoredRun stored;
  {
    const std::lock_guard lock(mutex_);
    stored = run.stored;
  }
  const std::filesystem::path folder = parts_.folder / stored.run().run();
  if (stored.run().state() != v1::FINISHED) {
    // What an attempt has left that was interrupted.
    std::error_code ignored;
    for (const char* file : kResultFiles) std::filesystem::remove(folder / file, ignored);
    std::filesystem::remove(folder / kFaintFile, ignored);
    return 0;
  }
  FileLock::Writer files;  // from the first call of `save` until the files are replaced
  const auto save = [&](const storage::v1::StoredRun& changed) -> absl::Status {
    if (!files.owns_lock()) files = run.files.ToReplace();
    BL_RETURN_IF_ERROR(WriteStored(folder / kRunFile, changed));
    const std::lock_guard lock(mutex_);
    run.stored = changed;
    return absl::OkStatus();
  };
  return ForgetRecords(folder, site, records, has_left, &stored, save);
}

absl::Status RunRegister::Forget(const std::string& site,
                                 const absl::flat_hash_set<RecordPseudonym>& records,
                                 const HasLeft& has_left, uint64_t* changed) {
  BL_RETURN_IF_ERROR(CatchUp());
  std::vector<std::shared_ptr<Run>> runs;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [name, run] : runs_) runs.push_back(run);
  }
  absl::Status first;
  for (const auto& run : runs) {
    const absl::StatusOr<uint64_t> gone = ForgetIn(*run, site, records, has_left);
    if (!gone.ok()) first.Update(MayStillHaveThem(run->stored.run().run(), gone.status()));
    *changed += gone.value_or(0) > 0 ? 1 : 0;
  }
  first.Update(entities_->Forget(site, records));
  {
    // Before the review forgets: what is written of a run that was opened earlier is then refused.
    const std::lock_guard lock(mutex_);
    CloseReview();
  }
  if (parts_.review != nullptr) {
    first.Update(parts_.review->Forget(site, {records.begin(), records.end()}));
  }
  return first;
}

std::vector<std::string> RunRegister::RemovedBetween(uint64_t from, uint64_t to) const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> removed;
  for (uint64_t number = from + 1; number < to; ++number) {
    std::string name = absl::StrFormat("run-%06d", number);
    if (!runs_.contains(name)) removed.push_back(std::move(name));
  }
  return removed;
}

absl::StatusOr<RunRegister::ChangesBetween> RunRegister::EntityChanges(
    const std::string& since, const std::string& run,
    const std::function<absl::Status(const v1::EntityChange&)>& handle) const {
  BL_ASSIGN_OR_RETURN(const storage::v1::StoredRun older, FindFinished(since));
  BL_ASSIGN_OR_RETURN(const storage::v1::StoredRun newer, FindFinished(run));
  const std::string& from = older.run().run();
  const std::string& to = newer.run().run();
  if (newer.run().withdrawn_records() > 0) return WasWithdrawn(newer.run());
  if (NumberOf(from) > NumberOf(to)) {
    return absl::FailedPreconditionError(absl::StrCat(from, " is not older than ", to));
  }
  const RunFiles before{older, parts_.folder / from};
  const RunFiles now{newer, parts_.folder / to};
  BL_RETURN_IF_ERROR(CheckHasEntityIds(before));
  BL_RETURN_IF_ERROR(CheckHasEntityIds(now));
  std::vector<RunFiles> after = RunsWithEntityIds();
  std::erase_if(after, [&](const RunFiles& one) {
    const uint64_t number = NumberOf(one.run.run().run());
    return number <= NumberOf(from) || number > NumberOf(to);
  });
  const auto check = [&]() -> absl::Status {
    BL_RETURN_IF_ERROR(CheckUnchanged(from, older.run().withdrawn_records()));
    return CheckUnchanged(to, newer.run().withdrawn_records());
  };
  const auto check_all = [&]() -> absl::Status {
    BL_RETURN_IF_ERROR(check());
    for (const RunFiles& one : after) {
      BL_RETURN_IF_ERROR(CheckUnchanged(one.run.run().run(), one.run.run().withdrawn_records()));
    }
    return absl::OkStatus();
  };
  const auto checked = [&](const v1::EntityChange& change) -> absl::Status {
    BL_RETURN_IF_ERROR(check());
    return handle(change);
  };
  const absl::Status told = ForEachEntityChange(before, now, after, checked);
  // Files that are replaced meanwhile seem damaged.
  if (!told.ok()) BL_RETURN_IF_ERROR(check_all());
  BL_RETURN_IF_ERROR(told);
  BL_RETURN_IF_ERROR(check());
  return ChangesBetween{to, RemovedBetween(NumberOf(from), NumberOf(to))};
}

}  // namespace blindlink::resolver
