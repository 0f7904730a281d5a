#pragma once

#include <cstdint>
#include <filesystem>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace blindlink {

// How many bytes this user may still write to the file system that holds `folder`.
absl::StatusOr<uint64_t> FreeBytes(const std::filesystem::path& folder);

// Call before long work that writes: RESOURCE_EXHAUSTED, with both numbers in words, if fewer than
// `needed` bytes are free where `folder` lies. `work` as in "<work> needs about ...". Others write
// to the disk too, so callers must still handle running out of space.
absl::Status CheckRoom(const std::filesystem::path& folder, uint64_t needed,
                       absl::string_view work);

// Whether the file system of `folder` can free a part of a file (holes, fallocate(2); ext4, XFS,
// Btrfs and tmpfs can).
bool CanGiveBack(const std::filesystem::path& folder);
// Frees the room of the file's first `bytes`, which are then lost; the file's size stays. Does
// nothing where that is not possible, and while the file has a second name: a backup reads it.
void GiveBackBeginning(const std::filesystem::path& file, uint64_t bytes);

}  // namespace blindlink
