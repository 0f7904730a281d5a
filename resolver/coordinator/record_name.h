#pragma once

#include <string>

#include "absl/status/status.h"
#include "blindlink/v1/explanation_service.pb.h"

namespace blindlink::resolver {

// Reads SITE/PSEUDONYM. INVALID_ARGUMENT.
absl::Status ReadRecordName(const std::string& text, v1::RecordName* name);
// Writes it.
std::string TextOf(const v1::RecordName& name);

}  // namespace blindlink::resolver
