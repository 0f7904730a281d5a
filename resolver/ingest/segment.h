#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "blindlink/storage/v1/resolver_storage.pb.h"
#include "common/base/partial_file.h"
#include "resolver/index/stored_token.h"

namespace blindlink::resolver {

// A segment replaces a full log of an upload. It holds the log's records, and its postings with
// stored tokens, spread over ranges by the tokens' first bits, so that an ingest can read one range
// after another from all segments. docs/formats/resolver_storage.md.

inline constexpr int kRangeBits = 12;
inline constexpr size_t kSegmentRanges = size_t{1} << kRangeBits;
inline size_t RangeOf(const StoredToken& token) { return token.High() >> (64 - kRangeBits); }

// Writes a segment. Errors as in PartialFile. Not thread-safe.
class SegmentWriter {
 public:
  // `generation` is that of the index key under which its tokens are stored.
  static absl::StatusOr<std::unique_ptr<SegmentWriter>> Create(const std::filesystem::path& file,
                                                               size_t posting_bytes,
                                                               uint32_t generation = 0);
  // Adds the bytes of postings of `range`. Ranges must not decrease from call to call.
  absl::Status AddPostings(size_t range, absl::string_view postings);
  // When this returns, the file is complete, durable and has its name. `pseudonyms`: those of all
  // records, 16 bytes each; `block_crc32`: the checksums of the blocks in which they came.
  absl::Status Finish(absl::string_view pseudonyms, const std::vector<uint32_t>& block_crc32);

 private:
  SegmentWriter(std::unique_ptr<PartialFile> file, size_t posting_bytes, uint32_t generation);
  const std::unique_ptr<PartialFile> file_;
  storage::v1::StoredSegment about_;
};

// Reads a segment. Thread-safe.
class Segment {
 public:
  // DATA_LOSS if the file is not a complete segment. The Read functions return DATA_LOSS if bytes
  // do not match their checksum.
  static absl::StatusOr<std::unique_ptr<Segment>> Open(const std::filesystem::path& file);

  const storage::v1::StoredSegment& about() const { return about_; }
  uint64_t Postings() const { return offsets_.back() / about_.posting_bytes(); }
  uint64_t PostingsIn(size_t range) const {
    return (offsets_[range + 1] - offsets_[range]) / about_.posting_bytes();
  }
  // Reads the postings of ranges [begin, end) to `to`, which must have room for all of them.
  absl::Status ReadPostings(size_t begin, size_t end, void* to) const;
  absl::StatusOr<std::string> ReadPseudonyms() const;
  // Releases the disk space of the postings of all ranges before `end`, which are then lost.
  void Release(size_t end) const;

 private:
  Segment(std::filesystem::path file, storage::v1::StoredSegment about);
  absl::Status IsDamaged() const;

  const std::filesystem::path file_;
  const storage::v1::StoredSegment about_;
  std::vector<uint64_t> offsets_;  // of each range, and of the end of the last
};

}  // namespace blindlink::resolver
