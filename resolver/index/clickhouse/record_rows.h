#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "common/crypto/sha256.h"
#include "resolver/index/clickhouse/cluster.h"
#include "resolver/index/clickhouse/cluster_datasets.h"
#include "resolver/index/token_index.h"

namespace blindlink::resolver {

// The pseudonyms of a dataset's records: rows of kRecordsInRow on the first shard, enciphered.
inline constexpr uint32_t kRecordsInRow = 4096;

// Values of the columns of rows.
struct RecordColumns {
  std::string* firsts;
  std::string* pseudonyms;
};

// Enciphers `row`, whose first record has the ordinal `first`, appends it to the columns and
// empties it. `hash` takes the hash of what was appended.
void EndRecordRow(const BoundCipher& cipher, uint64_t load, uint32_t first, std::string* row,
                  const RecordColumns& columns, Sha256* hash);

absl::Status SendRecordRows(const Cluster& cluster, uint32_t dataset, uint64_t load,
                            absl::string_view firsts, absl::string_view pseudonyms);

// DATA_LOSS unless each server of the first shard has the rows with these hashes, in order.
absl::Status CheckRecordRows(const Cluster& cluster, uint64_t load, const Sha256Digest& hash);

// `cluster` must outlive it.
std::unique_ptr<Cursor<RecordPseudonym>> ReadRecords(const Cluster& cluster,
                                                     VisibleDataset dataset);

}  // namespace blindlink::resolver
