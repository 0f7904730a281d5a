#pragma once

#include <string>

#include "blindlink/v1/overview_service.pb.h"

namespace blindlink::resolver {

// Describes for people how a run's pairs are spread over the scores, and how many entities its
// sites share.
std::string OverviewToText(const v1::RunOverview& overview);

// The same of what a run would use.
std::string PreviewToText(const v1::RunPreview& preview);

}  // namespace blindlink::resolver
