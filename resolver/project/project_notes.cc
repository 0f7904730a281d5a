#include "resolver/project/project_notes.h"

#include <algorithm>
#include <system_error>

#include "common/base/status_macros.h"
#include "resolver/storage/stored_message.h"

namespace blindlink::resolver {
namespace {

template <typename Values, typename Value>
bool Contains(const Values& values, const Value& value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

}  // namespace

absl::StatusOr<std::unique_ptr<ProjectNotes>> ProjectNotes::Open(
    const std::filesystem::path& file) {
  std::unique_ptr<ProjectNotes> notes(new ProjectNotes(file));
  std::error_code ignored;
  if (std::filesystem::exists(file, ignored)) {
    BL_RETURN_IF_ERROR(ReadStored(file, "restore it from a backup", &notes->stored_));
  }
  return notes;
}

absl::Status ProjectNotes::Save(storage::v1::StoredNotes changed) {
  BL_RETURN_IF_ERROR(WriteStored(file_, changed));
  stored_ = std::move(changed);
  return absl::OkStatus();
}

ProjectNotes::TokenKey ProjectNotes::token_key() const {
  const std::lock_guard lock(mutex_);
  return {stored_.token_key_id(), stored_.token_key_bound_by()};
}

absl::Status ProjectNotes::BindTokenKey(absl::string_view id, absl::string_view bound_by) {
  const std::lock_guard lock(mutex_);
  storage::v1::StoredNotes changed = stored_;
  if (stored_.token_key_id().empty()) {
    changed.set_token_key_id(std::string(id));
    changed.set_token_key_bound_by(std::string(bound_by));
  } else if (stored_.token_key_id() != id && stored_.has_next_epoch() &&
             stored_.next_epoch().token_key_id().empty()) {
    changed.mutable_next_epoch()->set_token_key_id(std::string(id));
    changed.mutable_next_epoch()->set_token_key_bound_by(std::string(bound_by));
  } else {
    return absl::OkStatus();
  }
  return Save(std::move(changed));
}

uint32_t ProjectNotes::CurrentNumber() const { return std::max(1u, stored_.epoch()); }

std::vector<ProjectNotes::Epoch> ProjectNotes::epochs() const {
  const std::lock_guard lock(mutex_);
  std::vector<Epoch> epochs = {
      {CurrentNumber(), {stored_.token_key_id(), stored_.token_key_bound_by()}}};
  if (stored_.has_next_epoch()) {
    const storage::v1::StoredEpoch& next = stored_.next_epoch();
    epochs.push_back({CurrentNumber() + 1,
                      {next.token_key_id(), next.token_key_bound_by()},
                      next.opened_unix_seconds(),
                      next.retire_when_complete()});
  }
  return epochs;
}

absl::Status ProjectNotes::OpenEpoch(absl::string_view token_key_id, bool retire_when_complete,
                                     int64_t now) {
  const std::lock_guard lock(mutex_);
  if (stored_.token_key_id().empty()) {
    return absl::FailedPreconditionError(
        "the project has no token key yet: start the first run over all sites, which binds it");
  }
  if (stored_.has_next_epoch()) {
    return absl::FailedPreconditionError(
        "two epochs are open already: retire the old one first (project retire-epoch)");
  }
  if (stored_.token_key_id() == token_key_id ||
      Contains(stored_.retired_token_key_ids(), token_key_id)) {
    return absl::InvalidArgumentError(
        "that token key is or was already the project's: make a new one (blindlink-agent keygen)");
  }
  storage::v1::StoredNotes changed = stored_;
  storage::v1::StoredEpoch& next = *changed.mutable_next_epoch();
  next.set_token_key_id(std::string(token_key_id));
  if (!token_key_id.empty()) next.set_token_key_bound_by("project rotate");
  next.set_opened_unix_seconds(now);
  next.set_retire_when_complete(retire_when_complete);
  return Save(std::move(changed));
}

absl::Status ProjectNotes::RetireEpoch() {
  const std::lock_guard lock(mutex_);
  if (!stored_.has_next_epoch()) {
    return absl::FailedPreconditionError("no new epoch is open (project rotate)");
  }
  if (stored_.next_epoch().token_key_id().empty()) {
    return absl::FailedPreconditionError(
        "the new epoch has no token key yet: wait until a run over all sites has bound it");
  }
  storage::v1::StoredNotes changed = stored_;
  changed.add_retired_token_key_ids(stored_.token_key_id());
  changed.set_token_key_id(stored_.next_epoch().token_key_id());
  changed.set_token_key_bound_by(stored_.next_epoch().token_key_bound_by());
  changed.set_epoch(CurrentNumber() + 1);
  changed.clear_next_epoch();
  return Save(std::move(changed));
}

uint32_t ProjectNotes::EpochOf(absl::string_view token_key_id) const {
  const std::lock_guard lock(mutex_);
  if (IsRetiredLocked(token_key_id)) return 0;
  if (stored_.token_key_id().empty() || stored_.token_key_id() == token_key_id) {
    return CurrentNumber();
  }
  const std::string& next = stored_.next_epoch().token_key_id();
  const bool is_next = stored_.has_next_epoch() && (next.empty() || next == token_key_id);
  return is_next ? CurrentNumber() + 1 : 0;
}

bool ProjectNotes::IsRetiredLocked(absl::string_view token_key_id) const {
  return Contains(stored_.retired_token_key_ids(), token_key_id);
}

bool ProjectNotes::IsRetired(absl::string_view token_key_id) const {
  const std::lock_guard lock(mutex_);
  return IsRetiredLocked(token_key_id);
}

absl::Status ProjectNotes::AddCommitted(const std::vector<uint32_t>& datasets) {
  const std::lock_guard lock(mutex_);
  storage::v1::StoredNotes changed = stored_;
  for (const uint32_t dataset : datasets) {
    if (!Contains(changed.committed_numbers(), dataset)) changed.add_committed_numbers(dataset);
  }
  if (changed.committed_numbers_size() == stored_.committed_numbers_size()) {
    return absl::OkStatus();
  }
  return Save(std::move(changed));
}

std::vector<uint32_t> ProjectNotes::committed() const {
  const std::lock_guard lock(mutex_);
  return {stored_.committed_numbers().begin(), stored_.committed_numbers().end()};
}

absl::Status ProjectNotes::Withdraw(uint32_t dataset) {
  const std::lock_guard lock(mutex_);
  if (Contains(stored_.withdrawn_numbers(), dataset)) return absl::OkStatus();
  storage::v1::StoredNotes changed = stored_;
  changed.add_withdrawn_numbers(dataset);
  return Save(std::move(changed));
}

bool ProjectNotes::IsWithdrawn(const storage::v1::CommittedDataset& dataset) const {
  const std::lock_guard lock(mutex_);
  return Contains(stored_.withdrawn_numbers(), dataset.dataset_number()) ||
         IsRetiredLocked(dataset.manifest().token_key_id());
}

absl::Status ProjectNotes::NoteRemoval(uint32_t dataset) {
  const std::lock_guard lock(mutex_);
  if (Contains(stored_.removed_numbers(), dataset)) return absl::OkStatus();
  storage::v1::StoredNotes changed = stored_;
  changed.add_removed_numbers(dataset);
  return Save(std::move(changed));
}

bool ProjectNotes::IsRemoved(uint32_t dataset) const {
  const std::lock_guard lock(mutex_);
  return Contains(stored_.removed_numbers(), dataset);
}

int64_t ProjectNotes::EndOf(absl::string_view site, absl::string_view dataset) const {
  const std::lock_guard lock(mutex_);
  for (const storage::v1::StoredDatasetEnd& end : stored_.dataset_ends()) {
    if (end.site() == site && end.dataset() == dataset) return end.end_unix_seconds();
  }
  return 0;
}

absl::Status ProjectNotes::SetEnd(absl::string_view site, absl::string_view dataset, int64_t end) {
  if (EndOf(site, dataset) == end) return absl::OkStatus();
  const std::lock_guard lock(mutex_);
  storage::v1::StoredNotes changed = stored_;
  auto& ends = *changed.mutable_dataset_ends();
  ends.erase(std::remove_if(ends.begin(), ends.end(),
                            [&](const storage::v1::StoredDatasetEnd& one) {
                              return one.site() == site && one.dataset() == dataset;
                            }),
             ends.end());
  if (end != 0) {
    storage::v1::StoredDatasetEnd& added = *ends.Add();
    added.set_site(std::string(site));
    added.set_dataset(std::string(dataset));
    added.set_end_unix_seconds(end);
  }
  return Save(std::move(changed));
}

std::vector<std::pair<std::string, std::string>> ProjectNotes::EndedAt(int64_t now) const {
  const std::lock_guard lock(mutex_);
  std::vector<std::pair<std::string, std::string>> ended;
  for (const storage::v1::StoredDatasetEnd& end : stored_.dataset_ends()) {
    if (end.end_unix_seconds() <= now) ended.emplace_back(end.site(), end.dataset());
  }
  return ended;
}

absl::Status ProjectNotes::Hide(uint32_t dataset) {
  const std::lock_guard lock(mutex_);
  if (Contains(stored_.hidden_numbers(), dataset)) return absl::OkStatus();
  storage::v1::StoredNotes changed = stored_;
  changed.add_hidden_numbers(dataset);
  return Save(std::move(changed));
}

std::vector<uint32_t> ProjectNotes::hidden() const {
  const std::lock_guard lock(mutex_);
  return {stored_.hidden_numbers().begin(), stored_.hidden_numbers().end()};
}

bool ProjectNotes::IsHidden(uint32_t dataset) const {
  const std::lock_guard lock(mutex_);
  return Contains(stored_.hidden_numbers(), dataset);
}

absl::Status ProjectNotes::Apply(const Change& change) {
  const std::lock_guard lock(mutex_);
  storage::v1::StoredNotes changed = stored_;
  const auto commit = [&](uint32_t number) {
    if (!Contains(changed.committed_numbers(), number)) changed.add_committed_numbers(number);
    auto& hidden = *changed.mutable_hidden_numbers();
    hidden.erase(std::remove(hidden.begin(), hidden.end(), number), hidden.end());
  };
  for (const uint32_t number : change.shown) commit(number);
  for (const uint32_t number : change.removed) {
    commit(number);
    if (!Contains(changed.removed_numbers(), number)) changed.add_removed_numbers(number);
  }
  for (const auto& [from, to] : change.rewritten) {
    const bool withdrawn = Contains(changed.withdrawn_numbers(), from);
    if (withdrawn && !Contains(changed.withdrawn_numbers(), to)) changed.add_withdrawn_numbers(to);
  }
  return Save(std::move(changed));
}

uint32_t ProjectNotes::highest_number() const {
  const std::lock_guard lock(mutex_);
  uint32_t highest = 0;
  for (const uint32_t number : stored_.committed_numbers()) highest = std::max(highest, number);
  for (const uint32_t number : stored_.hidden_numbers()) highest = std::max(highest, number);
  return highest;
}

absl::StatusOr<uint64_t> ProjectNotes::NextWithdrawal() {
  const std::lock_guard lock(mutex_);
  storage::v1::StoredNotes changed = stored_;
  changed.set_newest_withdrawal(stored_.newest_withdrawal() + 1);
  BL_RETURN_IF_ERROR(Save(std::move(changed)));
  return stored_.newest_withdrawal();
}

absl::StatusOr<uint64_t> ProjectNotes::NextCommit() {
  const std::lock_guard lock(mutex_);
  storage::v1::StoredNotes changed = stored_;
  changed.set_newest_commit(stored_.newest_commit() + 1);
  BL_RETURN_IF_ERROR(Save(std::move(changed)));
  return stored_.newest_commit();
}

storage::v1::StoredIndexKey ProjectNotes::index_key() const {
  const std::lock_guard lock(mutex_);
  return stored_.index_key();
}

absl::Status ProjectNotes::SetIndexKey(const storage::v1::StoredIndexKey& index_key) {
  const std::lock_guard lock(mutex_);
  storage::v1::StoredNotes changed = stored_;
  *changed.mutable_index_key() = index_key;
  return Save(std::move(changed));
}

uint64_t ProjectNotes::newest_run() const {
  const std::lock_guard lock(mutex_);
  return stored_.newest_run();
}

absl::StatusOr<uint32_t> ProjectNotes::NoteRun(uint64_t number, const std::string& rules) {
  const std::lock_guard lock(mutex_);
  storage::v1::StoredNotes changed = stored_;
  changed.set_newest_run(std::max(number, stored_.newest_run()));
  if (!rules.empty() && rules != stored_.rules()) {
    changed.set_rules(rules);
    changed.set_rules_version(stored_.rules_version() + 1);
  }
  BL_RETURN_IF_ERROR(Save(std::move(changed)));
  return stored_.rules_version();
}

}  // namespace blindlink::resolver
