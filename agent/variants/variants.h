#pragma once

#include <string>
#include <vector>

#include "agent/standardize/text/standard_value.h"
#include "blindlink/v1/plan.pb.h"

namespace blindlink::agent {

// Appends the texts of `value`, which `standardizer` produced, in `form`. There are none if the
// value has no such form (a kanji name has no Soundex, 1970 is not an exact date), and several if
// it is ambiguous (TED -> THEODORE, EDWARD). EXACT gives value.text unless the date is partial. A
// damaged value has only the forms of what can be right: the year of 1970-02-31, the last four
// digits of a phone number. No text is empty, and none is appended that `out` already has. Pure,
// thread-safe.
void AppendForm(v1::Form form, v1::Standardizer standardizer, const StandardValue& value,
                std::vector<std::string>* out);

}  // namespace blindlink::agent
