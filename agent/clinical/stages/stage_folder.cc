#include "agent/clinical/stages/stage_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>

#include <system_error>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/compact_encoding.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"

namespace blindlink::agent {
namespace {

constexpr char kEnding[] = ".stage";

std::string Encode(const StageOrigin& origin) {
  std::string text;
  for (const auto& [name, digest] : origin) {
    AppendCompact(name, &text);
    AppendCompact(digest, &text);
  }
  return text;
}

StageOrigin Decode(absl::string_view text) {
  StageOrigin origin;
  while (!text.empty()) {
    std::string name = TakeCompactText(&text);
    origin.emplace_back(std::move(name), TakeCompactText(&text));
  }
  return origin;
}

// The names of what is not the same.
std::string Difference(const StageOrigin& before, const StageOrigin& now) {
  std::vector<std::string> names;
  for (size_t i = 0; i < now.size(); ++i) {
    if (i >= before.size() || before[i] != now[i]) names.push_back(now[i].first);
  }
  return absl::StrJoin(names, ", ");
}

}  // namespace

absl::StatusOr<StageFolder> StageFolder::Open(std::filesystem::path folder, const HmacSha256& key,
                                              const StageOrigin& origin) {
  StageFolder stages(std::move(folder), key, Encode(origin));
  BL_RETURN_IF_ERROR(MakePrivateFolder(stages.folder_));
  BL_RETURN_IF_ERROR(stages.Lock());
  BL_RETURN_IF_ERROR(stages.RemoveOthers(origin));
  return stages;
}

absl::Status StageFolder::Lock() {
  BL_ASSIGN_OR_RETURN(lock_, OpenFd(folder_, O_RDONLY | O_DIRECTORY));
  if (flock(lock_.get(), LOCK_EX | LOCK_NB) == 0) return absl::OkStatus();
  if (errno != EWOULDBLOCK) return ErrnoStatus(errno, "lock", folder_);
  return absl::FailedPreconditionError(
      absl::StrCat("another process is at work on the same release (it has ", folder_.string(),
                   "): wait until it has finished, or end it"));
}

absl::Status StageFolder::RemoveOthers(const StageOrigin& origin) {
  std::error_code error;
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder_, error)) {
    files.push_back(entry.path());
  }
  if (error) return ErrnoStatus(error.value(), "read", folder_);
  for (const std::filesystem::path& file : files) {
    if (file.extension() == kEnding) {
      const auto reader = StageReader::Open(file, key_);
      if (reader.ok() && (*reader)->origin() == origin_) continue;
      removed_ = reader.ok() ? absl::StrCat("not the same as before: ",
                                            Difference(Decode((*reader)->origin()), origin))
                             : "damaged, or made with another record key";
    }
    std::filesystem::remove(file, error);
    if (error) return ErrnoStatus(error.value(), "remove", file);
  }
  return absl::OkStatus();
}

std::filesystem::path StageFolder::FileOf(absl::string_view stage) const {
  return folder_ / absl::StrCat(stage, kEnding);
}

bool StageFolder::Has(absl::string_view stage) const {
  std::error_code error;
  return std::filesystem::exists(FileOf(stage), error);
}

absl::StatusOr<std::unique_ptr<StageReader>> StageFolder::Read(absl::string_view stage) const {
  return StageReader::Open(FileOf(stage), key_);
}

absl::StatusOr<std::unique_ptr<StageWriter>> StageFolder::Write(absl::string_view stage) const {
  return StageWriter::Create(FileOf(stage), key_, origin_);
}

void StageFolder::Drop(absl::string_view stage) const {
  std::error_code ignored;
  std::filesystem::remove(FileOf(stage), ignored);
}

absl::Status StageFolder::Remove() {
  std::error_code error;
  std::filesystem::remove_all(folder_, error);
  if (error) return ErrnoStatus(error.value(), "remove", folder_);
  return absl::OkStatus();
}

}  // namespace blindlink::agent
