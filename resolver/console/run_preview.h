#pragma once

#include "blindlink/v1/overview_service.pb.h"
#include "resolver/console/html.h"

namespace blindlink::resolver {

// What a run would use, what it would leave out and why, and what to know before. Thread-safe.
Html PreviewOf(const v1::RunPreview& preview);

}  // namespace blindlink::resolver
