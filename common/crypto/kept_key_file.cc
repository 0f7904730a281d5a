#include "common/crypto/kept_key_file.h"

#include <string>
#include <system_error>

#include "common/base/files.h"
#include "common/base/secret_bytes.h"
#include "common/base/status_macros.h"
#include "common/crypto/constant_time.h"
#include "common/crypto/key_file.h"
#include "common/crypto/passphrase.h"

namespace blindlink {
namespace {

bool Exists(const std::filesystem::path& file) {
  std::error_code ignored;
  return std::filesystem::exists(file, ignored);
}

// Whether `to` holds `content` and nothing else; false too if it cannot be read.
bool Holds(const std::filesystem::path& to, const std::string& content) {
  absl::StatusOr<std::string> there = ReadPrivateFile(to);
  if (!there.ok()) return false;
  const bool same = ConstantTimeEquals(*there, content);
  WipeMemory(there->data(), there->size());
  return same;
}

}  // namespace

absl::Status EncipherIfWanted(const std::filesystem::path& file) {
  if (!HasPassphraseFile()) return absl::OkStatus();
  const absl::Status done = ProtectKeyFile(file);
  return absl::IsFailedPrecondition(done) ? absl::OkStatus() : done;
}

absl::StatusOr<bool> AdoptKeyFile(const std::filesystem::path& from,
                                  const std::filesystem::path& to) {
  if (!Exists(from)) return false;
  BL_ASSIGN_OR_RETURN(std::string content, ReadPrivateFile(from));
  absl::Status written;
  const bool is_free = !Exists(to);
  if (is_free) written = WriteFileAtomically(to, content, 0600);
  const bool moved = written.ok() && (is_free || Holds(to, content));
  WipeMemory(content.data(), content.size());
  BL_RETURN_IF_ERROR(written);
  if (moved) BL_RETURN_IF_ERROR(DestroyKeyFile(from));
  return moved;
}

}  // namespace blindlink
