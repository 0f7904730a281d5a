#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "agent/standardize/text/value_change.h"

namespace blindlink::agent {

// What spreadsheets, databases and web pages do to a text on its way into a file, and how to undo
// it. All functions are pure and thread-safe, and take any bytes.

struct RepairedText {
  absl::string_view text;  // a view of the raw text or of the buffer
  ValueChanges changes;
};

// Undoes marks that keep a spreadsheet from changing a text ('02139, ="02139") and the escapes of
// web pages (&apos;, &#233;, %27, <br>). If `digits`, the field's values are numbers, and the text
// of a number is undone too: 46203.0 and 4.6203E4 are 46203. A number of which digits are lost
// (4.62E+04) stays as it is. `buffer` holds a text that was rewritten; it must not hold `raw`.
RepairedText RepairText(absl::string_view raw, bool digits, std::string* buffer);

// A number as spreadsheets shorten it, with digits lost: 4.62E+04.
bool IsShortenedNumber(absl::string_view text);

}  // namespace blindlink::agent
