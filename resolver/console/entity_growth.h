#pragma once

#include "absl/strings/string_view.h"
#include "blindlink/v1/explanation_service.pb.h"
#include "resolver/console/html.h"

namespace blindlink::resolver {

// How an entity grew: its records, and the pairs that made it one, in the explanation's order, each
// with how many records were together then. `run_address` is that of the run's page, which the
// links to each pair's explanation begin with. Thread-safe.
Html GrowthOf(const v1::EntityExplanation& entity, absl::string_view run_address);

}  // namespace blindlink::resolver
