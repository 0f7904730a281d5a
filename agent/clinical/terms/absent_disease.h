#pragma once

#include "absl/strings/string_view.h"

namespace blindlink::agent {

// Whether a diagnosis as a site wrote it says that the patient does not have the disease: "no
// evidence of pneumonia", "hypertension ruled out", 肺炎なし. Not "rule out pneumonia", which is
// suspected, nor names of diseases that begin or end alike ("absence of menstruation"). Pure,
// thread-safe.
bool SaysAbsent(absl::string_view name);

}  // namespace blindlink::agent
