#include "agent/upload/uploader.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "agent/upload/upload_calls.h"
#include "common/base/status_macros.h"
#include "common/rpc/poll_pause.h"
#include "common/telemetry/log.h"

namespace blindlink::agent {
namespace {

// ABORTED asks the caller to begin again to learn the position, as a retry does. CANCELLED: the
// resolver ended a stream on which nothing came for too long.
bool MayBeRepeated(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsAborted(status) ||
         absl::IsDeadlineExceeded(status) || absl::IsCancelled(status);
}

// The error for a dataset that the resolver already has; says what it has of it.
absl::Status CommittedAlready(v1::Upload::StubInterface& stub, const v1::UploadManifest& manifest) {
  const absl::StatusOr<v1::UploadInfo> info =
      GetUpload(stub, manifest.project(), manifest.dataset());
  const std::string what = info.ok() ? absl::StrCat(" with ", info->records(), " records and ",
                                                    info->tokens(), " tokens")
                                     : "";
  return absl::AlreadyExistsError(absl::StrCat(
      "dataset \"", manifest.dataset(), "\" was committed earlier", what,
      ": nothing was sent. If it was the same data, nothing is left to do; for other data "
      "choose another dataset name"));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Uploader>> Uploader::Begin(v1::Upload::StubInterface& stub,
                                                          const v1::UploadManifest& manifest,
                                                          UploaderOptions options) {
  // Not repeated: nothing is lost yet, and a wrong address should fail soon.
  const absl::StatusOr<v1::UploadPosition> position =
      BeginUpload(stub, manifest, kFailWithoutConnection);
  if (absl::IsAlreadyExists(position.status())) return CommittedAlready(stub, manifest);
  BL_RETURN_IF_ERROR(position.status());
  return absl::WrapUnique(new Uploader(stub, manifest, std::move(options), *position));
}

Uploader::Uploader(v1::Upload::StubInterface& stub, v1::UploadManifest manifest,
                   UploaderOptions options, const v1::UploadPosition& position)
    : stub_(stub),
      manifest_(std::move(manifest)),
      options_(std::move(options)),
      resume_at_(position),
      kept_(position),
      backoff_(options_.backoff) {}

Uploader::~Uploader() = default;

absl::Status Uploader::Write(v1::TokenBlock block) {
  if (block.sequence() < resume_at_.next_sequence()) return CheckAgainstEarlierUpload(block);
  chain_.Add(block.crc32());
  kept_.Add(std::move(block));
  BL_RETURN_IF_ERROR(Send());
  return kept_.bytes() < options_.bytes_between_acknowledgements ? absl::OkStatus() : Flush();
}

absl::Status Uploader::CheckAgainstEarlierUpload(const v1::TokenBlock& block) {
  chain_.Add(block.crc32());
  if (chain_.next_sequence() < resume_at_.next_sequence() || chain_.value() == resume_at_.chain()) {
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(absl::StrCat(
      "the input, the key or the plan has changed since the interrupted upload of dataset \"",
      manifest_.dataset(),
      "\": use another dataset name, or discard that upload with  "
      "blindlink-agent discard --project ",
      manifest_.project(), " --dataset ", manifest_.dataset()));
}

absl::Status Uploader::Send() {
  if (stream_ == nullptr) stream_ = std::make_unique<UploadStream>(stub_, manifest_);
  if (stream_->Write(kept_.mutable_blocks().back())) return absl::OkStatus();
  return SendAgain(CloseStream());
}

absl::Status Uploader::CloseStream() {
  const absl::StatusOr<v1::UploadPosition> position = stream_->Finish();
  stream_.reset();
  BL_RETURN_IF_ERROR(position.status());
  if (position->next_sequence() > kept_.acknowledged().next_sequence()) backoff_.Progressed();
  return kept_.Acknowledge(*position);
}

absl::Status Uploader::SendAgain(absl::Status why) {
  while (true) {
    if (!why.ok() && !MayBeRepeated(why)) return why;
    if (!why.ok()) {
      spdlog::warn("event=upload-retried dataset={} acknowledged_blocks={} why={}",
                   manifest_.dataset(), kept_.acknowledged().next_sequence(),
                   LogQuote(why.message()));
      if (!backoff_.Wait()) {
        return absl::Status(why.code(), absl::StrCat(why.message(),
                                                     "; gave up. Run the same command again to "
                                                     "continue where it stopped"));
      }
    }
    const absl::StatusOr<v1::UploadPosition> position =
        BeginUpload(stub_, manifest_, kWaitForConnection);
    // The reason why the connection broke says more than that it is not back yet.
    if (!absl::IsDeadlineExceeded(position.status())) why = position.status();
    if (!position.ok()) continue;
    BL_RETURN_IF_ERROR(kept_.Acknowledge(*position));
    if (kept_.blocks().empty()) return absl::OkStatus();
    stream_ = std::make_unique<UploadStream>(stub_, manifest_);
    for (v1::TokenBlock& block : kept_.mutable_blocks()) {
      if (!stream_->Write(block)) break;
    }
    why = CloseStream();
    if (why.ok() && kept_.blocks().empty()) return absl::OkStatus();
    if (why.ok()) why = absl::AbortedError("the resolver took only some of the blocks");
  }
}

absl::Status Uploader::Flush() {
  if (stream_ != nullptr) {
    const absl::Status closed = CloseStream();
    if (!closed.ok() || !kept_.blocks().empty()) return SendAgain(closed);
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::UploadInfo> Uploader::Commit(const v1::UploadCounts& counts) {
  if (chain_.next_sequence() < resume_at_.next_sequence()) {
    return absl::FailedPreconditionError(
        absl::StrCat("the resolver has ", resume_at_.next_sequence(),
                     " blocks of an interrupted upload of "
                     "dataset \"",
                     manifest_.dataset(), "\", but this input makes only ", chain_.next_sequence(),
                     ": the input has changed; use another dataset name, or discard that upload"));
  }
  BL_RETURN_IF_ERROR(Flush());
  v1::CommitUploadRequest request;
  request.set_project(manifest_.project());
  request.set_dataset(manifest_.dataset());
  request.set_block_count(chain_.next_sequence());
  request.set_chain(chain_.value());
  *request.mutable_counts() = counts;
  while (true) {
    absl::StatusOr<v1::UploadInfo> info = CommitUpload(stub_, request);
    const bool repeat =
        absl::IsUnavailable(info.status()) || absl::IsDeadlineExceeded(info.status());
    if (info.ok() || !repeat || !backoff_.Wait()) return info;
  }
}

absl::StatusOr<v1::UploadInfo> Uploader::WaitUntilCommitted(
    const std::function<void(const v1::UploadInfo&)>& progress) {
  const PollPause pause;
  while (true) {
    absl::StatusOr<v1::UploadInfo> info =
        GetUpload(stub_, manifest_.project(), manifest_.dataset());
    if (!info.ok()) {
      if (!MayBeRepeated(info.status()) || !backoff_.Wait()) return info;
      continue;
    }
    backoff_.Progressed();
    if (progress != nullptr) progress(*info);
    if (info->state() == v1::COMMITTED) return info;
    if (info->state() == v1::WITHDRAWN) {
      return absl::FailedPreconditionError(
          absl::StrCat("the coordinator has withdrawn dataset \"", manifest_.dataset(), "\""));
    }
    if (info->state() == v1::INGEST_FAILED && info->audit().refused()) {
      return absl::FailedPreconditionError(absl::StrCat(
          "the resolver refused dataset \"", manifest_.dataset(), "\": ", info->failure()));
    }
    if (info->state() == v1::INGEST_FAILED) {
      return absl::DataLossError(absl::StrCat("the resolver could not ingest dataset \"",
                                              manifest_.dataset(), "\": ", info->failure()));
    }
    if (!backoff_.Sleep(pause.Next())) {
      return absl::CancelledError("interrupted; the resolver continues ingesting");
    }
  }
}

}  // namespace blindlink::agent
