#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "blindlink/v1/entity_change_service.grpc.pb.h"
#include "researcher/fetch/fetch.h"

namespace blindlink::researcher {

// Writes what has become of entities between the run `since` and the run of the request, as
// FetchEntityMap writes a map: an interrupted fetch continues where it stopped. No manifest.
// Errors: those of entity_change_service.proto and ResultFile.
absl::StatusOr<FetchOutcome> FetchEntityChanges(v1::EntityChanges::StubInterface& stub,
                                                const FetchRequest& request,
                                                const std::string& since);

}  // namespace blindlink::researcher
