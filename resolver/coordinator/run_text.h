#pragma once

#include <string>

#include "blindlink/v1/linkage_service.pb.h"

namespace blindlink::resolver {

// Describes a run for people: state, counts, pairs by rule, over-used tokens.
std::string RunToText(const v1::LinkageRun& run);
// Describes a run as one JSON object.
std::string RunToJson(const v1::LinkageRun& run);

}  // namespace blindlink::resolver
