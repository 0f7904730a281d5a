#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "agent/conformance/conformance.h"

namespace blindlink::agent {

// The report for people, and as JSON. Both name the standardizer version, `program` (name and
// version), the version of ICU, and the two digests.
std::string ConformanceToText(const Conformance& report, absl::string_view program);
std::string ConformanceToJson(const Conformance& report, absl::string_view program);

}  // namespace blindlink::agent
