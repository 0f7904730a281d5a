#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "agent/conformance/conformance.h"

namespace blindlink::agent {

// The report as text for people, and as JSON. Both give the standardizer version, `program` (name
// and version), the ICU version, and the two digests.
std::string ConformanceToText(const Conformance& report, absl::string_view program);
std::string ConformanceToJson(const Conformance& report, absl::string_view program);

}  // namespace blindlink::agent
