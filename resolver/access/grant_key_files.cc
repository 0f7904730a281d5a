#include "resolver/access/grant_key_files.h"

#include <system_error>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/crypto/kept_key_file.h"
#include "common/crypto/key_file.h"
#include "common/telemetry/log.h"

namespace blindlink::resolver {
namespace {

constexpr char kFileOfEarlierReleases[] = "grant.key";

absl::Status DestroyIfThere(const std::filesystem::path& file) {
  const absl::Status destroyed = DestroyKeyFile(file);
  return absl::IsNotFound(destroyed) ? absl::OkStatus() : destroyed;
}

absl::StatusOr<std::shared_ptr<const GrantKey>> ReadShared(const std::filesystem::path& file) {
  BL_ASSIGN_OR_RETURN(GrantKey key, GrantKey::Read(file));
  return std::make_shared<const GrantKey>(std::move(key));
}

}  // namespace

// Neither a project's nor a grant's name has a dot.
bool GrantKeyFiles::IsOne(absl::string_view filename) {
  return absl::StrContains(filename, ".grant-") && absl::EndsWith(filename, ".key");
}

std::filesystem::path GrantKeyFiles::FileOf(absl::string_view grant) const {
  return folder_ / absl::StrCat(project_, ".", grant, ".key");
}

absl::StatusOr<std::shared_ptr<const GrantKey>> GrantKeyFiles::Make(absl::string_view grant) const {
  const std::filesystem::path file = FileOf(grant);
  BL_RETURN_IF_ERROR(DestroyIfThere(file));
  BL_RETURN_IF_ERROR(GrantKey::Generate(file));
  absl::Status enciphered = EncipherIfWanted(file);
  if (enciphered.ok()) return ReadShared(file);
  DestroyIfThere(file).IgnoreError();
  return enciphered;
}

absl::StatusOr<std::shared_ptr<const GrantKey>> GrantKeyFiles::Read(
    absl::string_view grant, const std::filesystem::path& grant_folder) const {
  const std::filesystem::path file = FileOf(grant);
  BL_ASSIGN_OR_RETURN(const bool moved, AdoptKeyFile(grant_folder / kFileOfEarlierReleases, file));
  if (moved) {
    spdlog::info("event=grant-key-moved project={} grant={} to={}", project_, std::string(grant),
                 LogQuote(file.string()));
  }
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) return std::shared_ptr<const GrantKey>();
  BL_RETURN_IF_ERROR(EncipherIfWanted(file));
  return ReadShared(file);
}

absl::Status GrantKeyFiles::Destroy(absl::string_view grant,
                                    const std::filesystem::path& grant_folder) const {
  absl::Status destroyed = DestroyIfThere(FileOf(grant));
  destroyed.Update(DestroyIfThere(grant_folder / kFileOfEarlierReleases));
  return destroyed;
}

}  // namespace blindlink::resolver
