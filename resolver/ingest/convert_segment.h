#pragma once

#include <cstdint>
#include <filesystem>

#include "absl/status/status.h"
#include "resolver/index/index_key.h"

namespace blindlink::resolver {

// Rewrites a segment, whose stored tokens are of an earlier generation of the index key, for
// `generation`; does nothing if it is of that one already. The file has its old contents or all of
// the new. Needs memory for the segment's postings, as sealing a log does. Errors as Segment and
// SegmentWriter.
absl::Status ConvertSegment(const std::filesystem::path& file, uint32_t generation,
                            TokenConverter& converter);

}  // namespace blindlink::resolver
