#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "blindlink/storage/v1/retention_storage.pb.h"
#include "resolver/index/index_engine.h"
#include "resolver/index/token_index.h"
#include "resolver/project/index_key_folder.h"

namespace blindlink::resolver {

// How a project's folder loses its index (docs/formats/resolver_storage.md). Not thread-safe.

// Whether the index is dropped, and what it held; nothing if it is not. DATA_LOSS if the note of it
// is damaged.
absl::StatusOr<std::optional<storage::v1::StoredDroppedIndex>> ReadDropped(
    const std::filesystem::path& folder);

// Notes that the index is dropped, and keeps what results need of the index key. Durable when it
// returns: from then on DestroyIndex must be called, at the next start if not before. After an
// error nothing is dropped.
absl::StatusOr<storage::v1::StoredDroppedIndex> NoteDropped(const std::filesystem::path& folder,
                                                            const IndexKeyFolder& keys,
                                                            const TokenIndex& index, int64_t now);

// Overwrites and removes the index key, then removes the index, the folder of uploads and what runs
// noted of single tokens. The index must be closed. May be called again after an error or an
// interruption.
absl::Status DestroyIndex(const std::filesystem::path& folder, const IndexKeyFolder& keys,
                          const IndexEngine& engine);

// Removes the indexes of all generations of the key, wherever they are. As DestroyIndex; does
// nothing if there is no such folder.
absl::Status RemoveIndexes(const std::filesystem::path& folder, const IndexEngine& engine);

}  // namespace blindlink::resolver
