#pragma once

#include <string>

#include "absl/types/span.h"
#include "blindlink/v1/plan.pb.h"

namespace blindlink {

// The forms a standardizer's values can take in a match key; the plan may name no other.
absl::Span<const v1::Form> FormsOf(v1::Standardizer standardizer);

bool Offers(v1::Standardizer standardizer, v1::Form form);

// "EXACT, INITIAL, SOUNDEX", for messages.
std::string ListFormsOf(v1::Standardizer standardizer);

}  // namespace blindlink
