#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "common/crypto/bound_cipher.h"
#include "resolver/index/token_index.h"

namespace blindlink::resolver {

// Postings of a dataset become durable in parts of at least this size.
inline constexpr uint64_t kPartBytes = uint64_t{256} << 20;

// Opens the token index in `folder`, or creates it there, on RocksDB: three column families
// (postings, records, datasets) with the keys of docs/formats/index_keys.md. Evidence is stored
// enciphered by `cipher`, which must be the same whenever the index is opened. A dataset is written
// to sorted files, which RocksDB ingests in one atomic step together with the dataset's own row;
// nothing is written key by key. A dataset's scratch folder must be on the same file system; it
// holds the dataset's parts. Opening removes unfinished files of an earlier process.
//
// Only one process may have the index open. DATA_LOSS if the index is damaged; RESOURCE_EXHAUSTED
// if the disk is full; PERMISSION_DENIED if the folder is not accessible.
absl::StatusOr<std::unique_ptr<TokenIndex>> OpenRocksDbTokenIndex(
    const std::filesystem::path& folder, std::shared_ptr<const BoundCipher> cipher,
    uint64_t part_bytes = kPartBytes);

}  // namespace blindlink::resolver
