#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/base/secret_bytes.h"

namespace blindlink::resolver {

// A file as it was at the moment of the snapshot: the first `size` bytes of `held`, or `content`.
struct SnapshotFile {
  std::filesystem::path path;  // in the data directory
  uint64_t size = 0;
  std::filesystem::path held;  // its second name, which nobody removes; empty: see `content`
  std::string content;
};

struct SnapshotKey {
  std::filesystem::path path;  // in the folder of keys
  SecretBytes content;
};

// What is in the data directory while nobody writes to it, and in the folder of keys. The files
// need not be copied before others may write again: whoever writes either puts a new file in an
// old one's place, or adds to its end, or removes it; or it is one of those whose content is here.
struct Snapshot {
  std::vector<std::filesystem::path> folders;  // parents first
  std::vector<SnapshotFile> files;
  std::vector<SnapshotKey> keys;
};

// What a snapshot is taken of.
struct SnapshotOf {
  std::filesystem::path data_directory;
  std::filesystem::path keys_directory;  // may lie in the data directory; its keys are no files
  std::filesystem::path staging;         // gets the second names; on the same file system
};

// Takes the snapshot. Left out is what is of no use to another process: locks, unfinished and
// temporary files, RocksDB's own logs. FAILED_PRECONDITION if the file system has no hard links, or
// something in the folder is neither a file nor a folder.
absl::StatusOr<Snapshot> TakeSnapshot(const SnapshotOf& of);

}  // namespace blindlink::resolver
