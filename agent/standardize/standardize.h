#pragma once

#include "absl/strings/string_view.h"
#include "agent/standardize/text/standard_value.h"
#include "blindlink/v1/plan.pb.h"

namespace blindlink::agent {

// Makes a raw UTF-8 value comparable: the same fact, however written, gives the same text. Never
// fails: a value that cannot be used is kMissing, kInvalid or kPlaceholder. Invalid UTF-8 is
// kInvalid. A pure function of its arguments (and, for dates, of today: one that lies ahead
// is invalid); thread-safe. What it yields belongs to kStandardizerVersion.
StandardizeResult Standardize(v1::Standardizer standardizer, absl::string_view raw,
                              const StandardizeOptions& options);

}  // namespace blindlink::agent
