#include "agent/keys/destroyed_keys.h"

#include <errno.h>

#include <optional>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/base/files.h"
#include "common/base/hex.h"
#include "common/base/status_macros.h"

namespace blindlink::agent {
namespace {

constexpr absl::string_view kNote = "note";
constexpr absl::string_view kStatement = "statement";

bool Exists(const std::filesystem::path& file) {
  std::error_code error;
  // A folder that cannot be read must not bring a key back to life.
  return std::filesystem::exists(file, error) || (error && error.value() != ENOENT);
}

}  // namespace

std::filesystem::path DestroyedKeys::FileOf(absl::string_view project, absl::string_view key_id,
                                            absl::string_view ending) const {
  return folder_ / absl::StrCat(project, ".", HexEncode(key_id), ".", ending);
}

absl::Status DestroyedKeys::CheckUsable(absl::string_view project, absl::string_view key_id) const {
  for (const absl::string_view ending : {kStatement, kNote}) {
    const std::filesystem::path file = FileOf(project, key_id, ending);
    if (!Exists(file)) continue;
    return absl::FailedPreconditionError(absl::StrCat(
        "this site has destroyed the token key ", HexEncode(key_id), " of project ", project, " (",
        file.string(),
        "): nothing is made with it again, even if it comes from a backup. Use the key of the "
        "project's current epoch, and destroy this copy as well (keys destroy)"));
  }
  return absl::OkStatus();
}

absl::Status DestroyedKeys::Note(absl::string_view project, absl::string_view key_id,
                                 const std::filesystem::path& key_file) const {
  BL_RETURN_IF_ERROR(MakePrivateFolder(folder_));
  const absl::Status written =
      WriteNewFile(FileOf(project, key_id, kNote), HexEncode(PathDigest(key_file)), 0600);
  return absl::IsAlreadyExists(written) ? absl::OkStatus() : written;
}

absl::StatusOr<std::string> DestroyedKeys::KeyIdNotedFor(
    absl::string_view project, const std::filesystem::path& key_file) const {
  const std::string start = absl::StrCat(project, ".");
  const std::string end = absl::StrCat(".", kNote);
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder_, error)) {
    const std::string file = entry.path().filename().string();
    absl::string_view name = file;
    if (!absl::ConsumePrefix(&name, start) || !absl::ConsumeSuffix(&name, end)) continue;
    BL_ASSIGN_OR_RETURN(const std::string noted, ReadFile(entry.path()));
    const std::optional<std::string> key_id = HexDecode(name);
    if (key_id.has_value() && noted == HexEncode(PathDigest(key_file))) return *key_id;
  }
  return absl::NotFoundError(absl::StrCat(key_file.string(), " does not exist"));
}

absl::StatusOr<std::filesystem::path> DestroyedKeys::Keep(
    const DestructionStatement& statement) const {
  std::filesystem::path file = FileOf(statement.project, statement.key_id, kStatement);
  absl::Status written = WriteNewFile(file, statement.Text(), 0644);
  if (!written.ok() && !absl::IsAlreadyExists(written)) return written;
  return file;
}

}  // namespace blindlink::agent
