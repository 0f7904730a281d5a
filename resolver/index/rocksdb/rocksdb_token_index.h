#pragma once

#include <filesystem>
#include <memory>

#include "resolver/index/token_index.h"

namespace blindlink::resolver {

// Opens, or makes, the token index in `folder` on RocksDB: three column families (postings,
// records, datasets) with the keys of docs/formats/index_keys.md. A dataset becomes sorted files
// that RocksDB takes in with one atomic step, the dataset's own row among them; nothing is written
// key by key. A part is such a file; full at `part_bytes`. Unfinished files of an earlier process
// are removed. One process at a time.
// DATA_LOSS if the index is damaged; RESOURCE_EXHAUSTED, PERMISSION_DENIED for the disk.
absl::StatusOr<std::unique_ptr<TokenIndex>> OpenRocksDbTokenIndex(
    const std::filesystem::path& folder, uint64_t part_bytes = kPartBytes);

}  // namespace blindlink::resolver
