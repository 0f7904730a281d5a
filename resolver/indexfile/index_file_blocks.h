#pragma once

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "blindlink/storage/v1/index_file.pb.h"
#include "common/crypto/bound_cipher.h"
#include "common/crypto/sha256.h"
#include "resolver/indexfile/dataset_sum.h"

namespace blindlink::resolver {

// What the writer and the reader of an index file agree on (docs/formats/index_file.md).

inline constexpr absl::string_view kIndexFileMagic = "BLINDEX1";
inline constexpr size_t kIndexFileIdSize = 16;
inline constexpr size_t kMaxIndexFileHead = size_t{64} << 10;
inline constexpr size_t kMaxIndexFileBlock = size_t{64} << 20;
inline constexpr size_t kRecordsInBlock = 1024;

// The first byte of a block.
enum class IndexFileBlock : uint8_t {
  kContents = 1,  // StoredIndexFileContents
  kRecords = 2,   // pseudonyms
  kPostings = 3,  // a page (rocksdb/posting_page.h)
  kSum = 4,       // StoredIndexFileSum
  kEnd = 5,       // nothing
};

// The key of the blocks of the file with this head: no other file has it, and no head that was
// changed. `cipher` is what the index is opened with.
Sha256Digest IndexFileKey(const BoundCipher& cipher, absl::string_view head);

storage::v1::StoredIndexFileSum StoredSum(uint32_t dataset, const DatasetSum& sum);

}  // namespace blindlink::resolver
