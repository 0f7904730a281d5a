#include "resolver/project/plan_folder.h"

#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "common/base/hex.h"
#include "common/base/status_macros.h"

namespace blindlink::resolver {
namespace {

std::filesystem::path FileOf(const std::filesystem::path& folder, absl::string_view digest) {
  return folder / absl::StrCat(HexEncode(digest), ".textproto");
}

}  // namespace

absl::Status PlanFolder::Save(const Plan& plan) const {
  BL_RETURN_IF_ERROR(MakePrivateFolder(folder_));
  return WriteFileAtomically(FileOf(folder_, AsView(plan.digest())), plan.text(), 0600);
}

absl::StatusOr<Plan> PlanFolder::Load(absl::string_view digest) const {
  const std::filesystem::path file = FileOf(folder_, digest);
  BL_ASSIGN_OR_RETURN(const std::string text, ReadFile(file));
  if (AsView(Sha256Of(text)) != digest) {
    return absl::DataLossError(absl::StrCat(file.string(), " has been changed"));
  }
  return Plan::ParseAccepted(text);
}

}  // namespace blindlink::resolver
