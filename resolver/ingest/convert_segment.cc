#include "resolver/ingest/convert_segment.h"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "common/base/status_macros.h"
#include "resolver/ingest/segment.h"

namespace blindlink::resolver {
namespace {

// All postings of the segment with converted tokens, range by range. A posting begins with its
// token, whatever its size (sorted_posting.h).
absl::StatusOr<std::vector<std::string>> ConvertPostings(const Segment& segment,
                                                         TokenConverter& converter) {
  const size_t size = segment.about().posting_bytes();
  std::string postings(segment.Postings() * size, '\0');
  BL_RETURN_IF_ERROR(segment.ReadPostings(0, kSegmentRanges, postings.data()));
  std::vector<StoredToken> tokens;
  tokens.reserve(segment.Postings());
  for (size_t at = 0; at < postings.size(); at += size) {
    tokens.push_back(StoredToken::FromBytes(postings.data() + at));
  }
  converter.Convert(absl::MakeSpan(tokens));
  std::vector<std::string> by_range(kSegmentRanges);
  for (size_t i = 0; i < tokens.size(); ++i) {
    char* const posting = postings.data() + i * size;
    std::copy(tokens[i].bytes.begin(), tokens[i].bytes.end(), posting);
    by_range[RangeOf(tokens[i])].append(posting, size);
  }
  return by_range;
}

}  // namespace

absl::Status ConvertSegment(const std::filesystem::path& file, uint32_t generation,
                            TokenConverter& converter) {
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<Segment> segment, Segment::Open(file));
  if (segment->about().index_key_generation() == generation) return absl::OkStatus();
  BL_ASSIGN_OR_RETURN(const auto by_range, ConvertPostings(*segment, converter));
  BL_ASSIGN_OR_RETURN(const std::string pseudonyms, segment->ReadPseudonyms());
  const auto& checksums = segment->about().block_crc32();
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<SegmentWriter> writer,
                      SegmentWriter::Create(file, segment->about().posting_bytes(), generation));
  for (size_t range = 0; range < kSegmentRanges; ++range) {
    BL_RETURN_IF_ERROR(writer->AddPostings(range, by_range[range]));
  }
  return writer->Finish(pseudonyms, {checksums.begin(), checksums.end()});
}

}  // namespace blindlink::resolver
