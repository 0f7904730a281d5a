#include "keyserver/keys/project_key.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/encoding.h"
#include "common/base/status_macros.h"

namespace blindlink::keyserver {
namespace {

constexpr char kHead[] = "blindlink-oblivious-key-v1\n";

}  // namespace

absl::Status GenerateProjectKey(const std::filesystem::path& file, KeyForm form) {
  return GenerateKeyFile(file, kHead, form);
}

absl::StatusOr<OprfKey> ReadProjectKey(const std::filesystem::path& file,
                                       absl::string_view project) {
  BL_ASSIGN_OR_RETURN(const SecretBytes seed,
                      ReadKeyFile(file, kHead, "make one with blindlink-keyserver init"));
  std::string info = "blindlink/v1 oblivious";
  AppendText32(project, &info);
  return OprfKey::Derive(seed, info);
}

}  // namespace blindlink::keyserver
