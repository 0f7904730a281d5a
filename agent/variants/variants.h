#pragma once

#include <string>
#include <vector>

#include "agent/standardize/text/standard_value.h"
#include "blindlink/v1/plan.pb.h"

namespace blindlink::agent {

// Appends the texts that `value`, as made by `standardizer`, takes in `form`: none where the value
// has no such form (a kanji name has no Soundex, 1970 no exact date), several where it has several
// (TED -> THEODORE, EDWARD). EXACT gives value.text, but for a partial date. No text is empty and
// none is appended twice. Pure, thread-safe.
void AppendForm(v1::Form form, v1::Standardizer standardizer, const StandardValue& value,
                std::vector<std::string>* out);

}  // namespace blindlink::agent
