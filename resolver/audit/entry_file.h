#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/fd.h"
#include "common/crypto/ed25519.h"

namespace blindlink::resolver {

// The file `entries` of the audit log: who signs its heads, then the entries, each with its size
// and a CRC-32 (docs/formats/audit_log.md). Reads are thread-safe, also beside one thread that
// appends.
class EntryFile {
 public:
  static constexpr uint64_t kHeadBytes = 44;
  // Far above the size of any entry.
  static constexpr uint32_t kMostEntryBytes = 65536;

  // Makes a file without entries, or replaces one; durable on return.
  static absl::Status Create(const std::filesystem::path& path, const Ed25519PublicKey& key);
  // NOT_FOUND; DATA_LOSS if the beginning is damaged.
  static absl::StatusOr<EntryFile> Open(const std::filesystem::path& path, bool read_only);
  // Takes the file for this process. FAILED_PRECONDITION if another one has it.
  absl::Status Lock() const;

  const Ed25519PublicKey& key() const { return key_; }
  const std::filesystem::path& path() const { return path_; }
  absl::StatusOr<uint64_t> Size() const;

  // The entry at a place of the file, in a file of `size` bytes; nothing if no whole entry is there
  // or its checksum is wrong (`*is_cut` says which).
  absl::StatusOr<std::optional<std::string>> ReadAt(uint64_t offset, uint64_t size,
                                                    bool* is_cut) const;
  // Where the entry after one of so many bytes begins.
  static uint64_t After(uint64_t offset, size_t entry_bytes) { return offset + 8 + entry_bytes; }
  // Adds an entry, as it stands in the file, to `bytes`.
  static void AppendFramed(absl::string_view entry, std::string* bytes);

  // Writes `bytes` at the end, which is at `offset`, and makes them durable. After an error the
  // file is cut to `offset`, at the latest by the next call.
  absl::Status AppendAt(uint64_t offset, absl::string_view bytes) const;
  absl::Status CutTo(uint64_t offset) const;

 private:
  EntryFile(UniqueFd fd, std::filesystem::path path) : fd_(std::move(fd)), path_(std::move(path)) {}

  UniqueFd fd_;
  std::filesystem::path path_;
  Ed25519PublicKey key_{};
};

}  // namespace blindlink::resolver
