// The ends of datasets: what UploadRegister does when they come.
#include <ctime>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/telemetry/log.h"
#include "resolver/project/dropped_index.h"
#include "resolver/project/upload_register.h"

namespace blindlink::resolver {
namespace {

constexpr int64_t kDay = 86400;
// A run that is being started now may still have chosen the dataset: its work comes before the
// removal.
constexpr int64_t kUntilRemoval = 5;
constexpr int64_t kUntilNextAttempt = 60;

}  // namespace

int64_t UploadRegister::EndOfNew() const {
  return parts_.dataset_days == 0 ? 0 : time(nullptr) + parts_.dataset_days * kDay;
}

absl::StatusOr<v1::UploadInfo> UploadRegister::SetEnd(absl::string_view site,
                                                      absl::string_view dataset, int64_t end,
                                                      int64_t now) {
  const std::lock_guard lock(mutex_);
  const Name name{site, dataset};
  const auto done = committed_.find(name);
  const auto open = open_.find(name);
  if (done == committed_.end() && open == open_.end()) {
    return absl::NotFoundError(absl::StrCat("site ", site, " has no dataset ", dataset));
  }
  if (closed_) return IndexIsDropped();
  if (end <= now) {
    return absl::InvalidArgumentError("the dataset's end must lie ahead");
  }
  const int64_t before = parts_.notes.EndOf(site, dataset);
  if (before != 0 && end > before) {
    return absl::FailedPreconditionError(absl::StrCat(
        "dataset ", dataset,
        " ends earlier already, and an end cannot be put off: upload the records again, as another "
        "dataset, if they are needed longer"));
  }
  BL_RETURN_IF_ERROR(parts_.notes.SetEnd(site, dataset, end));
  return done != committed_.end() ? InfoOf(done->second) : InfoOf(*open->second);
}

void UploadRegister::EndDatasets(int64_t now, const EnterDecision& enter) {
  const auto ended = parts_.notes.EndedAt(now);
  if (ended.empty()) return;
  const std::lock_guard lock(mutex_);
  if (closed_) return;
  for (const Name& name : ended) EndOne(name, now, enter);
}

absl::Status UploadRegister::EnterEnd(const Name& name, const EnterDecision& enter) {
  if (ends_entered_.contains(name)) return absl::OkStatus();
  BL_RETURN_IF_ERROR(enter(v1::DATASET_ENDED, {{"site", name.first}, {"dataset", name.second}}));
  ends_entered_.insert(name);
  return absl::OkStatus();
}

absl::Status UploadRegister::EndCommitted(const Name& name, int64_t now,
                                          const EnterDecision& enter) {
  BL_RETURN_IF_ERROR(EnterEnd(name, enter));
  BL_RETURN_IF_ERROR(parts_.notes.Withdraw(committed_.at(name).dataset_number()));
  ending_[name] = now + kUntilRemoval;
  return absl::OkStatus();
}

void UploadRegister::EndOne(const Name& name, int64_t now, const EnterDecision& enter) {
  const auto done = committed_.find(name);
  const auto ending = ending_.find(name);
  absl::Status status;
  if (done == committed_.end()) {
    status = EndOpen(name, enter);
  } else if (ending == ending_.end()) {
    status = EndCommitted(name, now, enter);
  } else if (now >= ending->second) {
    ending->second = now + kUntilNextAttempt;
    parts_.worker.Enqueue([this, name] {
      if (const absl::Status removed = RemoveEnded(name); !removed.ok()) {
        spdlog::error("event=dataset-not-removed site={} dataset={} why={}", name.first,
                      name.second, LogQuote(removed.message()));
      }
    });
  }
  if (!status.ok() && !absl::IsUnavailable(status)) {
    spdlog::error("event=dataset-not-ended site={} dataset={} why={}", name.first, name.second,
                  LogQuote(status.message()));
  }
}

// What is being ingested is removed once it is in the index.
absl::Status UploadRegister::EndOpen(const Name& name, const EnterDecision& enter) {
  const auto open = open_.find(name);
  if (open != open_.end()) {
    if (open->second->Info().state() == v1::INGESTING) return absl::OkStatus();
    BL_RETURN_IF_ERROR(EnterEnd(name, enter));
    RemoveOpen(*open->second);
    open_.erase(open);
    spdlog::info("event=upload-ended site={} dataset={}", name.first, name.second);
  }
  ends_entered_.erase(name);
  return parts_.notes.SetEnd(name.first, name.second, 0);
}

absl::Status UploadRegister::RemoveEnded(const Name& name) {
  uint32_t number = 0;
  {
    const std::lock_guard lock(mutex_);
    const auto done = committed_.find(name);
    if (done == committed_.end() || closed_) return absl::OkStatus();
    number = done->second.dataset_number();
  }
  // First the note: after an interruption the end is still noted, and all of this is done again.
  BL_RETURN_IF_ERROR(parts_.notes.AddCommitted({number}));
  BL_RETURN_IF_ERROR(parts_.notes.NoteRemoval(number));
  BL_RETURN_IF_ERROR(parts_.index.RemoveDataset(number));
  const std::lock_guard lock(mutex_);
  committed_.erase(name);
  ending_.erase(name);
  ends_entered_.erase(name);
  spdlog::info("event=dataset-removed site={} dataset={}", name.first, name.second);
  return parts_.notes.SetEnd(name.first, name.second, 0);
}

}  // namespace blindlink::resolver
