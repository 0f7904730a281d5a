#include "resolver/project/project_notes.h"

#include <algorithm>
#include <system_error>

#include "common/base/status_macros.h"
#include "resolver/storage/stored_message.h"

namespace blindlink::resolver {
namespace {

template <typename Numbers>
bool Contains(const Numbers& numbers, uint32_t number) {
  return std::find(numbers.begin(), numbers.end(), number) != numbers.end();
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
  if (!stored_.token_key_id().empty()) return absl::OkStatus();
  storage::v1::StoredNotes changed = stored_;
  changed.set_token_key_id(std::string(id));
  changed.set_token_key_bound_by(std::string(bound_by));
  return Save(std::move(changed));
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

bool ProjectNotes::IsWithdrawn(uint32_t dataset) const {
  const std::lock_guard lock(mutex_);
  return Contains(stored_.withdrawn_numbers(), dataset);
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
