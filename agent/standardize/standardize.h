#pragma once

#include "absl/strings/string_view.h"
#include "agent/standardize/text/standard_value.h"
#include "blindlink/v1/plan.pb.h"

namespace blindlink::agent {

// Makes a raw UTF-8 value comparable: the same fact gives the same text, however it was written.
// Never fails: a value that cannot be used is kMissing, kInvalid or kPlaceholder, and text that is
// not UTF-8 is kInvalid. Depends on its arguments alone, except that a date is invalid if it lies
// in the future. A change to any result requires a new kStandardizerVersion. Thread-safe.
StandardizeResult Standardize(v1::Standardizer standardizer, absl::string_view raw,
                              const StandardizeOptions& options);

}  // namespace blindlink::agent
