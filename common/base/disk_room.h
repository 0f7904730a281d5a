#pragma once

#include <cstdint>
#include <filesystem>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace blindlink {

// Bytes that this user may still write where `folder` lies.
absl::StatusOr<uint64_t> FreeBytes(const std::filesystem::path& folder);

// Before long work that writes: RESOURCE_EXHAUSTED, with both numbers in words, if fewer than
// `needed` bytes are free where `folder` lies. `work` as in "<work> needs about ...". Others write
// to the disk too, so the work must bear a full one all the same.
absl::Status CheckRoom(const std::filesystem::path& folder, uint64_t needed,
                       absl::string_view work);

// Whether parts of a file can be given back where `folder` lies (holes, fallocate(2): ext4, XFS,
// Btrfs, tmpfs can).
bool CanGiveBack(const std::filesystem::path& folder);
// Gives back the room of the file's first `bytes`, which are then lost; its size stays. Where that
// cannot be done nothing happens.
void GiveBackBeginning(const std::filesystem::path& file, uint64_t bytes);

}  // namespace blindlink
