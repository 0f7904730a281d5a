#include "resolver/access/grant_trace.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "blindlink/storage/v1/access_storage.pb.h"
#include "common/base/fd.h"
#include "common/base/status_macros.h"
#include "resolver/access/grant_key.h"
#include "resolver/access/grant_key_files.h"
#include "resolver/storage/stored_message.h"

namespace blindlink::resolver {

absl::StatusOr<std::vector<TracedGrant>> TraceGrants(const std::filesystem::path& project_folder,
                                                     const std::filesystem::path& keys_folder,
                                                     absl::string_view site,
                                                     absl::Span<const RecordPseudonym> records) {
  const GrantKeyFiles keys(keys_folder, project_folder.filename());
  std::error_code error;
  if (!std::filesystem::exists(project_folder, error)) {
    return absl::NotFoundError(absl::StrCat("there is no ", project_folder.string()));
  }
  std::vector<std::filesystem::path> folders;
  for (const auto& entry : std::filesystem::directory_iterator(project_folder / "grants", error)) {
    folders.push_back(entry.path());
  }
  if (error) return ErrnoStatus(error.value(), "read", project_folder / "grants");
  std::sort(folders.begin(), folders.end());
  std::vector<TracedGrant> traced;
  for (const std::filesystem::path& folder : folders) {
    const std::filesystem::path file = keys.FileOf(folder.filename().string());
    if (!std::filesystem::exists(file, error)) continue;
    storage::v1::StoredGrant stored;
    BL_RETURN_IF_ERROR(ReadStored(folder / "grant.pb", "restore it from a backup", &stored));
    BL_ASSIGN_OR_RETURN(const GrantKey key, GrantKey::Read(file));
    GrantKey::Pseudonyms pseudonyms = key.MakePseudonyms();
    TracedGrant& grant = traced.emplace_back();
    grant.grant = std::move(*stored.mutable_grant());
    for (const RecordPseudonym& record : records) {
      grant.pseudonyms.push_back(pseudonyms.OfRecord(site, record));
    }
  }
  return traced;
}

}  // namespace blindlink::resolver
