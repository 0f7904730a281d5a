#include "resolver/project/index_rotation.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/disk_room.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"
#include "common/telemetry/log.h"
#include "resolver/ingest/convert_segment.h"
#include "resolver/ingest/rewrite_dataset.h"
#include "resolver/project/dropped_index.h"

namespace blindlink::resolver {
namespace {

size_t MaxEvidenceOf(const Plan& plan) {
  size_t width = 0;
  for (size_t i = 0; i < plan.match_keys().size(); ++i) {
    width = std::max(width, plan.evidence().WidthOf(i));
  }
  return width;
}

}  // namespace

std::filesystem::path IndexRotation::IndexFolder(const std::filesystem::path& project_folder,
                                                 uint32_t generation) {
  return project_folder / (generation == 0 ? "index" : absl::StrCat("index-", generation));
}

IndexToOpen IndexRotation::IndexOf(const std::filesystem::path& project_folder,
                                   const std::string& project, const Plan& plan,
                                   const IndexKey& key, const IndexKeyGeneration& generation) {
  return {IndexFolder(project_folder, generation.number()), project,
          key.EvidenceCipherOf(generation), static_cast<uint32_t>(MaxEvidenceOf(plan))};
}

absl::Status IndexRotation::Begin() {
  const std::lock_guard lock(mutex_);
  if (closed_) return IndexIsDropped();
  storage::v1::StoredIndexKey key = parts_.notes.index_key();
  waiting_for_.clear();
  if (key.rotating() || key.retiring()) {
    EnqueueStep();
    return absl::OkStatus();
  }
  const std::filesystem::path current = IndexFolder(parts_.folder, key.generation());
  // The second index, and what is being sorted.
  BL_RETURN_IF_ERROR(
      CheckRoom(parts_.folder, 2 * parts_.engine.LocalBytes(current), "rewriting the token index"));
  const uint32_t next = key.generation() + 1;
  // Of a rotation that was never acknowledged.
  BL_RETURN_IF_ERROR(parts_.engine.Remove(IndexFolder(parts_.folder, next)));
  BL_RETURN_IF_ERROR(parts_.keys.GenerateGeneration(parts_.project, next));
  key.set_rotating(true);
  BL_RETURN_IF_ERROR(parts_.notes.SetIndexKey(key));
  copied_ = 0;
  spdlog::info("event=index-key-rotation-began project={} generation={}", parts_.project, next);
  EnqueueStep();
  return absl::OkStatus();
}

absl::Status IndexRotation::Close() {
  const std::lock_guard lock(mutex_);
  const storage::v1::StoredIndexKey key = parts_.notes.index_key();
  if (key.rotating() || key.retiring()) {
    return absl::FailedPreconditionError(
        "the index key is being replaced: wait for its end (project keys)");
  }
  closed_ = true;
  return absl::OkStatus();
}

void IndexRotation::CloseAnyway() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
}

void IndexRotation::Reopen() {
  const std::lock_guard lock(mutex_);
  closed_ = false;
}

void IndexRotation::ResumeWork() {
  const storage::v1::StoredIndexKey key = parts_.notes.index_key();
  if (const absl::Status destroyed = DestroyOldKeys(); !destroyed.ok()) {
    spdlog::error("event=old-index-key-not-destroyed project={} why={}", parts_.project,
                  LogQuote(destroyed.message()));
  }
  if (key.retiring()) {
    parts_.worker.Enqueue([this] { SetWaiting(std::string(RemoveOld().message())); });
  }
  if (key.rotating()) EnqueueStep();
}

void IndexRotation::Continue() {
  const storage::v1::StoredIndexKey key = parts_.notes.index_key();
  if (key.rotating() || key.retiring()) EnqueueStep();
}

void IndexRotation::EnqueueStep() {
  parts_.worker.Enqueue([this] { Step(); });
}

void IndexRotation::Step() {
  const storage::v1::StoredIndexKey key = parts_.notes.index_key();
  if (key.retiring()) return SetWaiting(std::string(RemoveOld().message()));
  if (!key.rotating()) return;
  const absl::StatusOr<bool> copied = CopyNext();
  if (absl::IsCancelled(copied.status())) return;  // continues at the next start of the resolver
  if (!copied.ok()) {
    spdlog::error("event=index-key-rotation-waits project={} why={}", parts_.project,
                  LogQuote(copied.status().message()));
    return SetWaiting(std::string(copied.status().message()));
  }
  if (*copied) return EnqueueStep();
  const absl::Status settled = CheckIngestsHaveEnded();
  if (absl::IsUnavailable(settled)) return;  // Continue is called when it has ended
  SetWaiting(std::string((settled.ok() ? SwitchOver() : settled).message()));
}

absl::Status IndexRotation::OpenNext() {
  if (next_ != nullptr) return absl::OkStatus();
  const uint32_t next = parts_.notes.index_key().generation() + 1;
  BL_ASSIGN_OR_RETURN(const IndexKeyGeneration generation,
                      parts_.keys.ReadGeneration(parts_.project, next));
  BL_ASSIGN_OR_RETURN(next_, parts_.engine.Open(IndexOf(parts_.folder, parts_.project, parts_.plan,
                                                        parts_.key, generation)));
  return absl::OkStatus();
}

absl::StatusOr<bool> IndexRotation::CopyNext() {
  BL_RETURN_IF_ERROR(OpenNext());
  BL_ASSIGN_OR_RETURN(const auto all, parts_.index.Datasets());
  BL_ASSIGN_OR_RETURN(const auto copied, next_->Datasets());
  std::set<uint32_t> done;
  for (const auto& dataset : copied) done.insert(dataset.dataset_number());
  {
    const std::lock_guard lock(mutex_);
    copied_ = static_cast<uint32_t>(done.size());
  }
  for (const auto& dataset : all) {
    if (done.erase(dataset.dataset_number()) > 0) continue;
    BL_RETURN_IF_ERROR(CopyDataset(dataset));
    return true;
  }
  // Those that have been removed from the index since they were copied.
  for (const uint32_t removed : done) BL_RETURN_IF_ERROR(next_->RemoveDataset(removed));
  return false;
}

absl::Status IndexRotation::CopyDataset(const storage::v1::CommittedDataset& dataset) {
  const uint32_t generation = parts_.notes.index_key().generation();
  BL_ASSIGN_OR_RETURN(TokenConverter converter, ConverterTo(generation + 1));
  return RewriteDataset(dataset, parts_.index, *next_, converter, MaxEvidenceOf(parts_.plan),
                        parts_.temporary_folder, parts_.limits, parts_.worker.stopping());
}

// An ingest that was interrupted has given back parts of its segments, and what it made of them is
// of the old key.
absl::Status IndexRotation::CheckIngestsHaveEnded() const {
  for (const auto& upload : parts_.uploads.OpenUploads()) {
    if (upload->dataset_number() == 0) continue;
    const v1::UploadInfo info = upload->Info();
    if (info.state() == v1::INGESTING) return absl::UnavailableError("an ingest is interrupted");
    return absl::FailedPreconditionError(
        absl::StrCat("the ingest of dataset ", info.manifest().dataset(), " of site ",
                     info.manifest().site(), " has failed: repeat or discard that upload"));
  }
  return absl::OkStatus();
}

absl::Status IndexRotation::SwitchOver() {
  BL_ASSIGN_OR_RETURN(
      const IndexKeyGeneration generation,
      parts_.keys.ReadGeneration(parts_.project, parts_.notes.index_key().generation() + 1));
  storage::v1::StoredIndexKey key;
  key.set_generation(generation.number());
  key.set_key_check(generation.check());
  key.set_retiring(true);
  // Nothing may fail once the notes say so.
  BL_RETURN_IF_ERROR(parts_.notes.SetIndexKey(key));
  parts_.key.Use(generation);
  parts_.index.Switch(std::exchange(next_, nullptr));
  return RemoveOld();
}

absl::Status IndexRotation::RemoveOld() {
  storage::v1::StoredIndexKey key = parts_.notes.index_key();
  const uint32_t old = key.generation() - 1;
  BL_ASSIGN_OR_RETURN(TokenConverter converter, ConverterTo(key.generation()));
  for (const auto& upload : parts_.uploads.OpenUploads()) {
    for (const std::filesystem::path& segment : upload->Segments()) {
      BL_RETURN_IF_ERROR(ConvertSegment(segment, key.generation(), converter));
    }
  }
  if (const absl::Status removed = parts_.engine.Remove(IndexFolder(parts_.folder, old));
      !removed.ok()) {
    return absl::Status(removed.code(),
                        absl::StrCat("the old token index cannot be removed (", removed.message(),
                                     "): start the resolver again"));
  }
  BL_RETURN_IF_ERROR(SyncFolder(parts_.folder));
  key.set_retiring(false);
  destroying_ = true;
  absl::Status ended = parts_.notes.SetIndexKey(key);
  if (ended.ok()) ended = DestroyOldKeys();
  destroying_ = false;
  BL_RETURN_IF_ERROR(ended);
  spdlog::info("event=index-key-rotated project={} generation={}", parts_.project,
               key.generation());
  return absl::OkStatus();
}

absl::Status IndexRotation::DestroyOldKeys() const {
  const storage::v1::StoredIndexKey key = parts_.notes.index_key();
  const uint32_t in_use = key.retiring() ? key.generation() - 1 : key.generation();
  for (uint32_t old = 1; old < in_use; ++old) {
    BL_RETURN_IF_ERROR(parts_.keys.DestroyGeneration(parts_.project, old));
  }
  return absl::OkStatus();
}

absl::StatusOr<TokenConverter> IndexRotation::ConverterTo(uint32_t generation) const {
  BL_ASSIGN_OR_RETURN(const IndexKeyGeneration from,
                      parts_.keys.ReadGeneration(parts_.project, generation - 1));
  BL_ASSIGN_OR_RETURN(const IndexKeyGeneration to,
                      parts_.keys.ReadGeneration(parts_.project, generation));
  return TokenConverter(from, to);
}

void IndexRotation::SetWaiting(std::string why) {
  const std::lock_guard lock(mutex_);
  waiting_for_ = std::move(why);
}

void IndexRotation::Describe(v1::IndexKeyState* state) const {
  const storage::v1::StoredIndexKey key = parts_.notes.index_key();
  const bool destroying = destroying_;  // read last: it ends last
  const std::lock_guard lock(mutex_);
  state->set_generation(key.generation());
  state->set_rotating(key.rotating() || key.retiring() || destroying);
  if (key.rotating()) state->set_datasets_rewritten(copied_);
  state->set_waiting_for(waiting_for_);
}

}  // namespace blindlink::resolver
