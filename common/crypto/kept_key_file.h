#pragma once

#include <filesystem>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace blindlink {

// Key files (key_file.h) that a program makes and keeps by itself, in a folder of keys. Thread-safe
// for different files.

// Enciphers the file under this process's passphrase, if it has one that nobody must be asked for
// (HasPassphraseFile) and the file is not under a passphrase yet. Errors as ProtectKeyFile.
absl::Status EncipherIfWanted(const std::filesystem::path& file);

// Moves a key file from where an earlier release kept it, if it is there, overwriting what it
// leaves. The folders may be on different disks. Returns whether it moved one. After an
// interruption, call it again: `to` is whole or absent at any time. A different key at `to` stays,
// and so does `from` then.
absl::StatusOr<bool> AdoptKeyFile(const std::filesystem::path& from,
                                  const std::filesystem::path& to);

}  // namespace blindlink
