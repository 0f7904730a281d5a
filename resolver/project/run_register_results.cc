#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/telemetry/log.h"
#include "resolver/linkage/shared_tokens.h"
#include "resolver/project/run_register.h"
#include "resolver/project/visible_datasets.h"

namespace blindlink::resolver {

absl::Status RunRegister::WasWithdrawn(const v1::LinkageRun& run) const {
  const std::string remedy =
      closed_ ? "without its index this project can have no other run, and so no result any more"
              : absl::StrCat("the coordinator starts another run (linkage start --since ",
                             run.run(), ")");
  return absl::FailedPreconditionError(
      absl::StrCat(run.withdrawn_records(), " records of ", run.run(),
                   " were withdrawn since it finished, so it cannot be fetched: ", remedy));
}

absl::StatusOr<storage::v1::StoredRun> RunRegister::FindFinished(const std::string& name) const {
  storage::v1::StoredRun stored;
  {
    const std::lock_guard lock(mutex_);
    absl::Status damage;
    for (const auto& [run_name, run] : runs_) {
      // A damaged run may have been a finished one.
      const bool may_be_finished = run->stored.run().state() == v1::FINISHED || !run->damage.ok();
      if (name.empty() ? !may_be_finished : run_name != name) continue;
      stored = run->stored;
      damage = run->damage;
    }
    BL_RETURN_IF_ERROR(damage);
  }
  if (!stored.has_run()) {
    return name.empty() ? absl::FailedPreconditionError("no run has finished yet")
                        : absl::NotFoundError(absl::StrCat("there is no run ", name));
  }
  if (stored.run().state() != v1::FINISHED) {
    return absl::FailedPreconditionError(absl::StrCat("run ", name, " has not finished"));
  }
  return stored;
}

absl::StatusOr<RunRegister::Held> RunRegister::HoldFinished(const std::string& name) const {
  BL_ASSIGN_OR_RETURN(const storage::v1::StoredRun found, FindFinished(name));
  const std::string& run = found.run().run();
  BL_ASSIGN_OR_RETURN(Plan plan, parts_.plans.Load(found.run().plan_digest()));
  Held held{{}, std::move(plan), parts_.folder / run, nullptr, {}};
  {
    const std::lock_guard lock(mutex_);
    const auto at = runs_.find(run);
    if (at == runs_.end()) return absl::NotFoundError(absl::StrCat("there is no run ", run));
    held.run = at->second;
  }
  held.files = held.run->files.ToOpen();
  const std::lock_guard lock(mutex_);
  held.stored = held.run->stored;
  return held;
}

absl::StatusOr<std::shared_ptr<const RunResult>> RunRegister::Result(const std::string& name,
                                                                     RunResult::Rows rows) const {
  BL_ASSIGN_OR_RETURN(Held held, HoldFinished(name));
  if (held.stored.run().withdrawn_records() > 0 && rows != RunResult::Rows::kNone) {
    return WasWithdrawn(held.stored.run());
  }
  return RunResult::Open(held.folder, std::move(held.stored), std::move(held.plan), parts_.key,
                         rows);
}

absl::Status RunRegister::CheckUnchanged(const std::string& run, uint64_t withdrawn_records) const {
  const std::lock_guard lock(mutex_);
  const auto found = runs_.find(run);
  if (found == runs_.end()) return absl::NotFoundError(absl::StrCat("there is no run ", run));
  const v1::LinkageRun& info = found->second->stored.run();
  return info.withdrawn_records() == withdrawn_records ? absl::OkStatus() : WasWithdrawn(info);
}

absl::StatusOr<std::unique_ptr<const RunExplanation>> RunRegister::Explanation(
    const std::string& name) const {
  BL_ASSIGN_OR_RETURN(Held held, HoldFinished(name));
  return RunExplanation::Open(held.folder, std::move(held.stored), std::move(held.plan));
}

absl::StatusOr<std::vector<v1::SharedToken>> RunRegister::SharedTokens(
    const std::string& name, const v1::RecordName& left, const v1::RecordName& right,
    absl::FunctionRef<bool()> cancelled) const {
  BL_ASSIGN_OR_RETURN(const Held held, HoldFinished(name));
  BL_ASSIGN_OR_RETURN(auto datasets, VisibleDatasets(parts_.index, parts_.notes));
  const auto& numbers = held.stored.dataset_numbers();
  const std::vector<uint32_t> now = NumbersNow({numbers.begin(), numbers.end()}, datasets);
  std::erase_if(datasets, [&](const storage::v1::CommittedDataset& dataset) {
    return std::find(now.begin(), now.end(), dataset.dataset_number()) == now.end();
  });
  const auto record_of = [](const v1::RecordName& record) -> absl::StatusOr<SiteRecord> {
    BL_ASSIGN_OR_RETURN(const RecordPseudonym pseudonym, PseudonymOf(record));
    return SiteRecord{record.site(), pseudonym};
  };
  BL_ASSIGN_OR_RETURN(const SiteRecord one, record_of(left));
  BL_ASSIGN_OR_RETURN(const SiteRecord other, record_of(right));
  return FindSharedTokens(parts_.index, datasets, held.plan, one, other, cancelled);
}

absl::StatusOr<std::shared_ptr<const ReviewRun>> RunRegister::Review(
    const std::string& name) const {
  BL_ASSIGN_OR_RETURN(const storage::v1::StoredRun stored, FindFinished(name));
  const std::lock_guard building(reviewing_);
  uint64_t closed = 0;
  {
    const std::lock_guard lock(mutex_);
    if (reviewed_ != nullptr && reviewed_->name() == stored.run().run()) return reviewed_;
    closed = reviews_closed_;
  }
  BL_ASSIGN_OR_RETURN(auto explanation, Explanation(stored.run().run()));
  BL_ASSIGN_OR_RETURN(auto reviewed, ReviewRun::Make(std::move(explanation)));
  const std::lock_guard lock(mutex_);
  if (closed == reviews_closed_) reviewed_ = reviewed;
  return reviewed;
}

absl::StatusOr<v1::RunOverview> RunRegister::Overview(const std::string& name) const {
  BL_ASSIGN_OR_RETURN(Held held, HoldFinished(name));
  BL_ASSIGN_OR_RETURN(const auto result,
                      RunResult::Open(held.folder, held.stored, std::move(held.plan), parts_.key,
                                      RunResult::Rows::kNone));
  return OverviewOf(held.folder, held.stored, *result);
}

std::vector<v1::ResultInfo> RunRegister::ListResults() const {
  std::vector<v1::ResultInfo> results;
  for (const v1::LinkageRun& run : List()) {
    const auto result = Result(run.run(), RunResult::Rows::kNone);
    if (result.ok()) {
      results.push_back((*result)->Info());
    } else if (!absl::IsFailedPrecondition(result.status())) {
      LogDamage(run.run(), result.status());
      v1::ResultInfo& info = results.emplace_back();
      info.set_project(run.project());
      info.set_run(run.run());
      info.set_damage(std::string(result.status().message()));
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
