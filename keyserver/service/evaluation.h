#pragma once

#include <cstddef>
#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "blindlink/keyserver/v1/key_server_service.pb.h"
#include "common/oprf/oprf_key.h"

namespace blindlink::keyserver {

// The most elements of one call: some four tenths of a second of one processor.
inline constexpr size_t kMostElements = 4096;

// How many elements a request has. INVALID_ARGUMENT if there are none, too many, or a part of one.
absl::StatusOr<uint64_t> CountElements(absl::string_view elements);

// The reply to a request whose elements CountElements has counted. INVALID_ARGUMENT as
// OprfKey::Evaluate.
absl::StatusOr<v1::EvaluateReply> Evaluate(const OprfKey& key, absl::string_view elements);

}  // namespace blindlink::keyserver
