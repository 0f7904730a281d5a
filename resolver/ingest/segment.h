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

// What an upload's full log becomes: its records, and its postings under stored tokens, spread to
// ranges of the tokens' first bits so that an ingest can read one range after the other from all
// segments. docs/formats/resolver_storage.md.

inline constexpr int kRangeBits = 12;
inline constexpr size_t kSegmentRanges = size_t{1} << kRangeBits;
inline size_t RangeOf(const StoredToken& token) { return token.High() >> (64 - kRangeBits); }

// Errors as PartialFile. Not thread-safe.
class SegmentWriter {
 public:
  static absl::StatusOr<std::unique_ptr<SegmentWriter>> Create(const std::filesystem::path& file,
                                                               size_t posting_bytes);
  // The bytes of postings of `range`, which is not lower than in the call before.
  absl::Status AddPostings(size_t range, absl::string_view postings);
  // The file is whole, durable and under its name when it returns. `pseudonyms` of all records, 16
  // bytes each, and the checksums of the blocks they came in.
  absl::Status Finish(absl::string_view pseudonyms, const std::vector<uint32_t>& block_crc32);

 private:
  SegmentWriter(std::unique_ptr<PartialFile> file, size_t posting_bytes);
  const std::unique_ptr<PartialFile> file_;
  storage::v1::StoredSegment about_;
};

// Reads are thread-safe.
class Segment {
 public:
  // DATA_LOSS if it is none, also from the reads where bytes do not fit their checksum.
  static absl::StatusOr<std::unique_ptr<Segment>> Open(const std::filesystem::path& file);

  const storage::v1::StoredSegment& about() const { return about_; }
  uint64_t Postings() const { return offsets_.back() / about_.posting_bytes(); }
  uint64_t PostingsIn(size_t range) const {
    return (offsets_[range + 1] - offsets_[range]) / about_.posting_bytes();
  }
  // The postings of ranges [begin, end): as many bytes as they have.
  absl::Status ReadPostings(size_t begin, size_t end, void* to) const;
  absl::StatusOr<std::string> ReadPseudonyms() const;
  // The postings of the ranges before `end` are not needed any more: gives their room back.
  void Release(size_t end) const;

 private:
  Segment(std::filesystem::path file, storage::v1::StoredSegment about);
  absl::Status IsDamaged() const;

  const std::filesystem::path file_;
  const storage::v1::StoredSegment about_;
  std::vector<uint64_t> offsets_;  // of each range, and of the end
};

}  // namespace blindlink::resolver
