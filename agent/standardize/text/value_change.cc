#include "agent/standardize/text/value_change.h"

namespace blindlink::agent {

absl::string_view NameOf(ValueChange change) {
  constexpr absl::string_view kNames[kValueChanges] = {
      "number-format",  "text-marker",         "web-text",         "word-for-nothing",
      "zeros-restored", "zeros-dropped",       "title-or-degree",  "other-script",
      "part-of-date",   "day-month-exchanged", "lookalike-digits", "words-left-out",
      "masked-number",  "street-in-line-2",    "date-from-parts"};
  return kNames[static_cast<size_t>(change)];
}

}  // namespace blindlink::agent
